# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the set-up scripts share; they run in the repository's root, before
# there is a python.

log=build/setup.log

say() {
    printf 'boot/setup: %s\n' "$*"
}

die() {
    printf 'boot/setup: %s\n' "$*" >&2
    exit 1
}

# step TEXT LINES COMMAND...: run it, its output in the log; how far it is,
# judged by the LINES that it will print, as per cent on a terminal and every
# quarter elsewhere.
step() {
    text=$1 lines=$2
    shift 2
    tty=0
    [ ! -t 1 ] || tty=1
    rm -f build/failed
    { "$@" 2>&1 || echo failed >build/failed; } | tee -a "$log" |
        awk -v text="$text" -v lines="$lines" -v tty="$tty" '
            function show(end) {
                printf "%sboot/setup: %s: %d %%%s", tty ? "\r" : "", text, now, end
                fflush()
            }
            BEGIN { now = 0; next_at = tty ? 1 : 25; show(tty ? "" : "\n") }
            {
                now = int(NR * 100 / lines)
                if (now > 99) now = 99
                if (now >= next_at) { show(tty ? "" : "\n"); next_at = now + (tty ? 1 : 25) }
            }
            END { if (tty) printf "\r\033[K" }'
    if [ -e build/failed ]; then
        rm -f build/failed
        return 1
    fi
    say "$text: done"
}
