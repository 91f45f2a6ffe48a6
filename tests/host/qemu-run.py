#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""qemu/run as a person uses it: its options, its menu entries, its exit
status; and its ISO as a CD, a disk and a USB stick."""
import pathlib
import re
import shutil
import subprocess
import sys
import threading

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'boot'))

import image  # noqa: E402
import iso  # noqa: E402

WORK = ROOT / 'build/tests/qemu-run'
SECONDS = 60    # for one boot, on a busy host
MEDIA = {
    'CD': ['-cdrom', '{}'],
    'disk': ['-drive', 'file={},if=virtio,format=raw'],
    'USB stick': ['-device', 'qemu-xhci', '-device', 'usb-storage,drive=stick',
                  '-drive', 'file={},if=none,id=stick,format=raw'],
}


def says(command, *patterns):
    """Whether a line with each pattern comes, in order; and the last lines."""
    lines, wanted = [], list(patterns)
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace') as qemu:
        late = threading.Timer(SECONDS, qemu.terminate)
        late.start()
        for line in qemu.stdout:
            lines.append(line.rstrip())
            if re.search(wanted[0], line):
                wanted.pop(0)
                if not wanted:
                    break
        late.cancel()
        qemu.terminate()
    return not wanted, [f'no {wanted}', *lines[-10:]]


def run(*words):
    """qemu/run: its status and what it printed."""
    done = subprocess.run(['qemu/run', *words], cwd=ROOT, text=True,
                          stdin=subprocess.DEVNULL, errors='replace',
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.splitlines()


def media(out):
    text = image.parse('task hello\nkernel-ext --debug-exit=0x501\n')
    one, two = WORK / 'one.iso', WORK / 'two.iso'
    iso.write(text, one)
    iso.write(text, two)
    out.point(one.read_bytes() == two.read_bytes(),
              'the same image gives the same bytes')
    for name, words in MEDIA.items():
        good, said = says(['qemu-system-x86_64', '-m', '512', '-nic', 'none',
                           '-display', 'none', '-serial', 'stdio',
                           '-snapshot', *(w.format(one) for w in words)],
                          r' hello#1 ready ')
        out.point(good, f'it boots from a {name}', said)
    edited(out, one)


def edited(out, one):
    """As images/README.md has it."""
    new, config = WORK / 'edited.iso', WORK / 'grub.cfg'
    for path in (new, config):
        path.unlink(missing_ok=True)
    subprocess.run(['xorriso', '-osirrox', 'on', '-indev', one, '-extract',
                    '/boot/grub/grub.cfg', config], capture_output=True)
    config.chmod(0o644)
    config.write_text(config.read_text().replace('hello watchdog=300ms',
                                                 'hello watchdog=700ms'))
    subprocess.run(['xorriso', '-indev', one, '-outdev', new, '-boot_image',
                    'any', 'replay', '-update', config,
                    '/boot/grub/grub.cfg'], capture_output=True)
    good, said = says(['qemu-system-x86_64', '-m', '512', '-nic', 'none',
                       '-display', 'none', '-serial', 'stdio', '-cdrom', new],
                      r'task loaded: hello watchdog=700ms', r' hello#1 ready ')
    out.point(good, 'with its grub.cfg edited it boots the new words', said)


def refused(out):
    """What -a cannot add, each with one line; from a folder with a blank."""
    folder = WORK / 'any where'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    program = ROOT / 'build/tasks/caller/caller'
    for name in ('my+name', 'hello', 'other.elf', 'third'):
        shutil.copy(program, folder / name)
    (folder / 'text').write_text('no program\n')
    for files, why in (
            (['my+name'], "'my+name' cannot be a task's name"),
            (['hello:restart=always'], "the image has a task 'hello'"),
            (['nothing:restart=no'], 'No such file'),
            (['text'], 'is not an ELF file'),
            (['third:a="b"'], 'GRUB changes quotes'),
            (['other.elf', 'third'], "'third' is linked at 0x31000000, where "
                                     "'other' is")):
        done = subprocess.run(
            [ROOT / 'qemu/run', *(f'-a{file}' for file in files)],
            cwd=folder, text=True, stdin=subprocess.DEVNULL,
            capture_output=True)
        said = done.stderr.splitlines()
        out.point(done.returncode == 1 and len(said) == 1 and why in said[0],
                  f'-a {" ".join(files)}: {why}', said)


def main():
    out = tap.Writer()
    WORK.mkdir(parents=True, exist_ok=True)
    media(out)

    program = ROOT / 'build/tasks/caller/caller'
    good, said = says(['qemu/run', '-t', str(SECONDS), '-a',
                       f'{program}:needs=hello'], r'^\+ qemu-system-x86_64 ',
                      r' caller#1 ready ')
    out.point(good, '-a adds a module; the command is shown', said)
    good, said = says(['qemu/run', '-t', str(SECONDS), '-e', 'demo'],
                      r' up ready=', r' death cause=operator ',
                      r' restart cause=operator ')
    out.point(good, '-e demo kills a driver', said)
    status, said = run('-t', str(SECONDS), '-e', 'selftest')
    out.point(status == 0, '-e selftest ends with its verdict',
              [f'status {status}', *said[-10:]])
    status, said = run('-t', '1')
    out.point(status == 124, '-t ends it with 124', [f'status {status}', *said])
    refused(out)
    status, said = run('images/none.image')
    out.point(status == 1 and len(said) == 1, 'no image: one line says so',
              [f'status {status}', *said])
    status, said = run('-t', str(SECONDS), 'images/default.image', '--',
                       '-device', 'none-such')
    out.point(status == 1, 'what QEMU refuses is a failure',
              [f'status {status}', *said])
    out.plan()
    raise SystemExit(bool(out.failed))


main()
