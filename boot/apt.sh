# SPDX-License-Identifier: GPL-2.0-or-later
#
# A private apt below build/apt: its own lists, cache and state, one source
# (the pinned suite), Debian's archive keyring.  The machine's apt is only
# read: for its mirror, and for how it is reached (proxy, certificates, dates).

apt_suite=trixie
apt_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
export APT_CONFIG="$PWD/build/apt/apt.conf"

# The machine's mirror of Debian, in whichever form its sources are written;
# MIRROR=URL overrides it.
apt_mirror() {
    if [ -n "${MIRROR-}" ]; then
        echo "$MIRROR"
        return
    fi
    env -u APT_CONFIG apt-get indextargets \
        --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' \
        'Created-By: Packages' 2>/dev/null |
        awk '$2 ~ /^(bookworm|trixie|stable|oldstable)$/ && $3 == "main" &&
            ($4 == "" || $4 == "Debian") { print $1; exit }'
}

apt_configure() {
    mirror=$(apt_mirror)
    [ -n "$mirror" ] ||
        die "no Debian mirror in this machine's apt sources: set MIRROR=URL"
    [ -r "$apt_keyring" ] ||
        die "$apt_keyring is missing: apt-get install debian-archive-keyring"
    mkdir -p build/apt/lists/partial build/apt/cache/archives/partial \
        build/apt/debs
    : >build/apt/status
    for kind in deb deb-src; do
        echo "$kind [signed-by=$apt_keyring] $mirror $apt_suite main"
    done >build/apt/sources.list
    {
        echo "Dir::Etc \"$PWD/build/apt\";"
        echo 'Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";'
        echo 'Dir::Etc::sourcelist "sources.list";'
        echo 'Dir::Etc::sourceparts "/dev/null";'
        echo "Dir::State \"$PWD/build/apt\";"
        echo "Dir::State::status \"$PWD/build/apt/status\";"
        echo "Dir::Cache \"$PWD/build/apt/cache\";"
        echo 'APT::Architecture "amd64"; APT::Sandbox::User "root";'
        env -u APT_CONFIG apt-config dump |
            grep '^Acquire::' | grep -v '^Acquire::IndexTargets' || :
    } >"$APT_CONFIG"
}

apt_update() {
    apt-get update -q -o APT::Update::Error-Mode=any
}

# Configured and with the lists of now, once in a run.
apt_prepare() {
    [ -z "${apt_ready-}" ] || return 0
    apt_configure
    step "lists of Debian $apt_suite" 7 apt_update ||
        die "$mirror cannot be used: check the network," \
            "or set MIRROR=URL (see $log)"
    apt_ready=yes
}

# The .deb of a package, as apt-get download names it.
deb_of() {
    echo "build/apt/debs/$1_$(echo "$2" | sed 's/:/%3a/')_*.deb"
}

fetch_package() {
    package=$1 version=$2 sum=$3
    if [ -e "$(echo $(deb_of "$package" "$version"))" ] &&
        echo "$sum " $(deb_of "$package" "$version") |
        sha256sum -c --status; then
        return 0
    fi
    rm -f $(deb_of "$package" "$version")
    apt_prepare
    say "fetching $package $version"
    (cd build/apt/debs && apt-get download -q "$package=$version") \
        >>"$log" 2>&1 ||
        die "no $package $version from $mirror: check the network," \
            "or pin what it has with boot/refresh (see $log)"
    echo "$sum " $(deb_of "$package" "$version") | sha256sum -c --status || {
        rm -f $(deb_of "$package" "$version")
        die "wrong SHA-256 of $package $version: do not trust $mirror," \
            "set MIRROR=URL to another"
    }
}
