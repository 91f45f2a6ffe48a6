# SPDX-License-Identifier: GPL-2.0-or-later
"""An image as a small hybrid ISO: CD, disk and USB stick, for a BIOS.

GRUB is one core image with all the modules it needs inside, made once and
kept in build/; a test's ISO is then one run of xorriso.  The same input gives
the same bytes.
"""

import copy
import hashlib
import os
import re
import subprocess
import tempfile
from pathlib import Path

import harden
from image import ROOT, ImageError

GRUB_DIR = Path("/usr/lib/grub/i386-pc")
GRUB_MODULES = """biosdisk iso9660 part_msdos part_gpt normal configfile
    multiboot boot serial terminal gzio echo cat ls test sleep reboot halt
    search search_fs_file minicmd help true""".split()
EPOCH = "2025010100000000"      # YYYYMMDDhhmmsscc

# Both terminals: a PC shows the menu on the screen and over serial.
MENU_HEAD = """\
if serial --unit=0 --speed=115200; then
  terminal_input serial console
  terminal_output serial console
fi
"""
TEST_HEAD = """\
serial --unit=0 --speed=115200
terminal_input serial
terminal_output serial
"""


def _quote(word):
    return word if re.fullmatch(r"[\w./:,+=@%-]+", word) else f"'{word}'"


def _iso_names(files):
    """Where each file is in the ISO; programs keep their own names."""
    names = {}
    for path in files:
        name = path.name
        while name in names.values():
            name += "_"
        names[path] = name
    return names


def menu_entry(ident, title, image, names, screen=False):
    lines = [["multiboot", "/boot/" + names[image.kernel_file],
              *image.kernel_line(screen)]]
    lines += [["module", "/boot/" + names[module.path], *module.words]
              for module in image.modules()]
    body = "\n".join("  " + " ".join(map(_quote, line)) for line in lines)
    return f"menuentry '{title}' --id {ident} {{\n{body}\n}}\n"


def variants(image):
    """The entries of the full menu: (id, title, image, on the screen)."""
    demo, selftest = copy.deepcopy(image), copy.deepcopy(image)
    demo.kernel_ext.append("--kill-every=5s")
    if "selftest" not in selftest.task_names:
        selftest.add("task", "selftest")
    return [
        ("normal", "GNU Mach with user-space drivers", image, False),
        ("screen", "The same on the screen (no serial port)", image, True),
        ("demo", "Kill a driver every five seconds", demo, False),
        ("selftest", "Self-test, then halt with a verdict", selftest, False),
    ]


def grub_cfg(entries, names, timeout, default):
    head = TEST_HEAD if len(entries) == 1 else MENU_HEAD
    return (f"set timeout={timeout}\nset default={default}\n" + head +
            "".join(menu_entry(ident, title, image, names, screen)
                    for ident, title, image, screen in entries))


def _run(command):
    try:
        result = subprocess.run(command, capture_output=True, text=True,
                                check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        raise ImageError(f"{command[0]} is not installed: run boot/setup") \
            from None
    if result.returncode:
        raise ImageError(f"{command[0]} failed: {result.stderr.strip()}")


def core_image():
    """GRUB's core with its modules, made anew when GRUB or the list is."""
    try:
        stamp = (GRUB_DIR / "kernel.img").stat().st_mtime_ns
    except OSError:
        raise ImageError(f"{GRUB_DIR} is missing: run boot/setup") from None
    key = hashlib.sha256(f"{stamp} {GRUB_MODULES}".encode()).hexdigest()[:12]
    core = ROOT / f"build/boot/grub-{key}.img"
    if not core.exists():
        core.parent.mkdir(parents=True, exist_ok=True)
        part = core.with_suffix(f".{os.getpid()}")
        _run(["grub-mkimage", "-O", "i386-pc-eltorito", "-d", str(GRUB_DIR),
              "-p", "/boot/grub", "-o", str(part), *GRUB_MODULES])
        part.rename(core)
    return core


def _xorriso(tree, out):
    boot = "boot/grub/core.img"
    _run(["xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "USRD",
          "-b", boot, "-no-emul-boot", "-boot-load-size", "4",
          "-boot-info-table", "--grub2-boot-info",
          "--grub2-mbr", str(GRUB_DIR / "boot_hybrid.img"),
          "--protective-msdos-label", "--set_all_file_dates", EPOCH,
          f"--modification-date={EPOCH}", "-uid", "0", "-gid", "0",
          "-file-mode", "0444", "-dir-mode", "0555",
          "-o", str(out), str(tree)])


def kernel(image):
    """The bytes of the kernel that the image boots."""
    try:
        data = image.kernel_file.read_bytes()
        return harden.harden(data) if image.hardened else data
    except OSError as error:
        raise ImageError(f"{image.kernel_file}: {error.strerror}: run "
                         "boot/setup") from None
    except harden.Unexpected as why:
        raise ImageError(f"{image.kernel_file} {why}: it cannot be hardened") \
            from None


def write(image, out, menu=False, timeout=0, default="normal"):
    """Check an image and write it; one entry, or the full menu.  Returns
    the files that it was made of."""
    entries = variants(image) if menu else [("normal", image.name, image,
                                             False)]
    if default not in [entry[0] for entry in entries]:
        raise ImageError(f"{image.name}: no menu entry '{default}'; there "
                         "are " + ", ".join(entry[0] for entry in entries))
    files, sources = {}, []
    for _, _, variant, _ in entries:
        files.update(variant.check())
        sources += variant.sources
    files[image.kernel_file] = kernel(image)
    names = _iso_names(files)
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        tree = Path(work) / "tree"
        (tree / "boot/grub").mkdir(parents=True)
        for path, data in files.items():
            (tree / "boot" / names[path]).write_bytes(data)
        (tree / "boot/grub/core.img").write_bytes(core_image().read_bytes())
        (tree / "boot/grub/grub.cfg").write_text(
            grub_cfg(entries, names, timeout, default))
        part = Path(work) / "iso"
        _xorriso(tree, part)
        part.rename(out)
    return sorted({*files, *sources})
