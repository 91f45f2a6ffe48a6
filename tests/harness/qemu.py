# SPDX-License-Identifier: GPL-2.0-or-later
"""The QEMU command of a scenario: what it boots, how time goes, what is
recorded.

`-icount` ties the guest's time to the instructions it has executed, so that a
busy host slows a scenario down and does not break its watchdogs; `sleep=off`
jumps over idle time, so that a wait of ten seconds costs none.  Recording
cannot jump and sleeps."""
import os
import pathlib
import re
import shlex

TESTS = pathlib.Path(__file__).resolve().parents[2] / 'build' / 'tests'
DEBUG_EXIT = 0x501
BASE = ['qemu-system-x86_64', '-M', 'pc', '-m', '512', '-nodefaults',
        '-display', 'none', '-no-reboot', '-nic', 'none', '-boot', 'd',
        '-rtc', 'base=2026-01-01T00:00:00,clock=vm',
        '-device', f'isa-debug-exit,iobase={DEBUG_EXIT:#x},iosize=1']
GUEST_STATUS = 0x10
# Instead of the machine of BASE, with `tests/run --iommu`.
IOMMU = ['-M', 'q35', '-device', 'intel-iommu']


def socket_path(folder, name):
    """Of a UNIX socket, as seen from here: it has to fit into 107 bytes,
    wherever the clone is."""
    return os.path.relpath(folder / f'{name}.sock')


def chardevs(args, folder):
    """args with each character device that they name as a socket."""
    names = re.findall(r'chardev=([\w-]+)', ' '.join(args))
    own = [i for i, word in enumerate(args) if i and args[i - 1] == '-chardev'
           and re.search(r'\bid=([\w-]+)', word)[1] in names]
    words = [word for i, word in enumerate(args)
             if i not in own and i + 1 not in own]
    for name in names:
        words += ['-chardev', 'socket,server=on,wait=off,'
                              f'id={name},path={socket_path(folder, name)}']
    return words


def behind_iommu(args=()):
    """Is it asked for?  Not of a boot that has an IOMMU of its own, or tables
    that tell of one."""
    return os.environ.get('MACHINE') == 'iommu' and not any(
        word.startswith('intel-iommu') or 'acpi=off' in word for word in args)


def hardened():
    """Is the kernel boot/harden's copy, where an image does not say?"""
    return os.environ.get('KERNEL') == 'hardened'


def machine(args):
    """The machine and its devices; behind an IOMMU where it is asked for.
    QEMU's virtio devices go past it if they are not told."""
    if not behind_iommu(args):
        return BASE, args
    return [*BASE[:1], *IOMMU, *BASE[3:]], [
        word + ',disable-legacy=on,iommu_platform=on'
        if word.startswith('virtio-') else word for word in args]


def command(boot, args, folder, time, record=None, qmp=False, cwd=None):
    """boot: an ISO, or the words that load an image; cwd: where QEMU runs if
    not here; time: (shift, jump over idle time) or None for the host's clock."""
    base, args = machine(args)
    words = base + ['-serial', 'stdio']
    words += boot if isinstance(boot, list) else _cd(boot, record)
    words += chardevs(args, folder)
    if qmp:
        words += ['-qmp', f'unix:{socket_path(folder, "qmp")},'
                          'server=on,wait=off']
    if record:
        shift = time[0] if time else 5
        words += ['-icount', f'shift={shift},rr=record,rrfile={record}']
    elif time:
        words += ['-icount', f'shift={time[0]},'
                             f'sleep={"off" if time[1] else "on"}']
    return [seen_from(cwd, word) for word in words] if cwd else words


def seen_from(cwd, word):
    """Paths that are relative to where the tests run, as QEMU has to name
    them that runs elsewhere."""
    here = re.escape(os.path.relpath(TESTS))
    return re.sub(rf'(?<![\w./-]){here}(?=/)', os.path.relpath(TESTS, cwd),
                  os.fspath(word))


def _cd(iso, record):
    if not record:
        return ['-cdrom', iso]
    return ['-drive', f'file={iso},if=none,id=cd,readonly=on,format=raw',
            '-drive', 'driver=blkreplay,if=none,image=cd,id=cd-replay,'
                      'readonly=on',
            '-device', 'ide-cd,drive=cd-replay']


def guest_status(code):
    """QEMU's exit code -> what the guest exited with, None where it did not."""
    status = ((code - 1) >> 1) - GUEST_STATUS
    return status if code & 1 and 0 <= status < 0x70 else None


def quoted(words, cwd=None):
    text = shlex.join(os.fspath(word) for word in words)
    return f'cd {shlex.quote(str(cwd))} && {text}' if cwd else text
