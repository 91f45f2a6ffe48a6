# SPDX-License-Identifier: GPL-2.0-or-later
"""Set up, build and boot an image in QEMU, serial console on the terminal.

Ctrl-A X ends QEMU, Ctrl-A C is its monitor.  Ends with the guest's exit
status; 124 when -t stopped it, 1 when it ended in any other way.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "boot"))
import image as image_file
import iso

DEBUG_EXIT = 0x501
DEBUG_KERNEL = "build/sysroot/boot/gnumach-1.8-amd64-up-dbg.gz"
GDB_PORT = 1234


def arguments():
    parser = argparse.ArgumentParser(
        prog="qemu/run", description=__doc__.splitlines()[0],
        epilog="\n".join(__doc__.splitlines()[2:]),
        usage="%(prog)s [-t SECONDS] [-a FILE[:WORDS]]... [-e ENTRY] [-g] "
              "[IMAGE] [-- QEMU-ARGS]")
    parser.add_argument("-t", type=float, metavar="SECONDS", dest="seconds",
                        help="stop after so long")
    parser.add_argument("-a", action="append", default=[], dest="modules",
                        metavar="FILE[:WORDS]",
                        help="add a module from anywhere, with these words "
                             "of a module line")
    parser.add_argument("-e", default="normal", metavar="ENTRY", dest="entry",
                        help="boot this menu entry: normal, screen, demo, "
                             "selftest")
    parser.add_argument("-g", action="store_true", dest="gdb",
                        help="boot the debugging kernel and wait for qemu/gdb")
    parser.add_argument("image", nargs="?", default="images/default.image",
                        metavar="IMAGE",
                        help="an .image file (images/default.image) or a "
                             "ready .iso")
    argv = sys.argv[1:]
    at = argv.index("--") if "--" in argv else len(argv)
    args = parser.parse_args(argv[:at])
    args.qemu = argv[at + 1:]
    args.modules = [module(text) for text in args.modules]
    if Path(args.image).exists():
        args.image = Path(args.image).resolve()
    return args


def module(text):
    """FILE[:WORDS]: the file, and the words.  Both may have colons."""
    at = [n for n, c in enumerate(text + ":") if c == ":"]
    end = next((n for n in at if Path(text[:n]).is_file()), at[0])
    return Path(text[:end]).absolute(), text[end + 1:]


def build():
    quiet = {} if sys.stdout.isatty() else {"stdout": subprocess.PIPE}
    done = subprocess.run(["ninja", "--quiet"][:1 + bool(quiet)], text=True,
                          check=False, **quiet)
    if done.returncode:
        sys.exit((done.stdout or "") + "qemu/run: the build failed")


def load(args):
    """The image with what the command line adds to it."""
    image = image_file.load(ROOT / args.image)
    for file, words in args.modules:
        image.add_file(file, words)
    image.kernel_ext.append(f"--debug-exit={DEBUG_EXIT:#x}")
    if args.gdb:
        image.kernel_file = ROOT / DEBUG_KERNEL
    return image


def qemu_command(path, image, args):
    command = ["qemu-system-x86_64", "-machine", "pc", "-m", "512",
               "-nic", "none", "-display", "none", "-serial", "mon:stdio",
               "-device",
               f"isa-debug-exit,iobase={DEBUG_EXIT:#x},iosize=1"]
    # The guest's time goes with its instructions, so that a busy host does
    # not starve a driver's watchdog.
    if not {"-icount", "-accel", "-enable-kvm"} & set(args.qemu):
        command += ["-icount", "shift=3,sleep=on"]
    if not sys.stdin.isatty():
        command += ["-no-reboot"]
    if args.gdb:
        command += ["-S", "-gdb", f"tcp:127.0.0.1:{GDB_PORT}"]
    command += (image.qemu if image else []) + args.qemu
    return command + ["-cdrom", str(path)]


def verdict(code):
    """The guest's status out of isa-debug-exit's 2 * (0x10 + status) + 1."""
    if code & 1 and code >> 1 >= 0x10:
        return (code >> 1) - 0x10
    if code == 0 and sys.stdin.isatty():
        return 0                            # Ctrl-A X
    print(f"qemu/run: no exit status from the guest (QEMU ended with {code})",
          file=sys.stderr)
    return 1


def boot(command, seconds, symbols):
    """Run QEMU with its output through qemu/log."""
    log = [str(ROOT / "qemu/log")]
    for folder in symbols:
        log += ["--symbols", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as qemu:
        shown = subprocess.Popen(log, stdin=qemu.stdout)
        qemu.stdout.close()
        try:
            return verdict(qemu.wait(seconds))
        except subprocess.TimeoutExpired:
            return 124
        finally:
            qemu.terminate()
            qemu.wait()
            shown.wait()


def main():
    args = arguments()
    os.chdir(ROOT)      # what an image says of files is relative to it
    try:
        image = None
        path = Path(args.image)
        if path.suffix != ".iso":
            image = load(args)
            build()
            path = Path("build/run", path.stem + ".iso")
            iso.write(image, path, menu=True, default=args.entry,
                      timeout=1 if sys.stdin.isatty() else 0)
    except image_file.ImageError as error:
        sys.exit(f"qemu/run: {error}")
    command = qemu_command(path, image, args)
    print("+", shlex.join(command), flush=True)
    if args.gdb:
        print("+ waiting: run qemu/gdb in another terminal", flush=True)
    for number in (signal.SIGTERM, signal.SIGHUP):      # QEMU ends with us
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    symbols = [file for file, _ in args.modules]
    if symbols:
        symbols += [ROOT / "build/kernel-ext", ROOT / "build/tasks"]
    try:
        sys.exit(boot(command, args.seconds, symbols))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
