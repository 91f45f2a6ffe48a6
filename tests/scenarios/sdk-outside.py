#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Drivers built outside of the tree, with a copy of build/sdk and without a
warning: they boot, serve, crash, are killed, and serve again."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import Scenario

import elf

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = ROOT / 'tests/seed'
OUTSIDE = tempfile.TemporaryDirectory(prefix='usrd-')
WORK = pathlib.Path(OUTSIDE.name)
SDK = WORK / 'a copy'
WARNINGS = ['-Wall', '-Wextra', '-Wno-unused', '-Werror']
STRICT = [*WARNINGS, '-Wpedantic', '-Wshadow']
OTHER_BASE = '-Wl,--defsym=base=0x53000000'
BASES = {'my-driver': 0x50000000, 'null-driver': 0x51000000,
         'client': 0x52000000}

s = Scenario(f'''
task my-driver={WORK}/my-driver restart=always
task null-driver={WORK}/null-driver provides=null,zero,null-control
task client={WORK}/client needs=my-driver,null,zero,null-control operator=yes restart=no
task other={WORK}/other restart=no
task shell
kernel-ext --log-level=D
''', 60)


def run(name, *words, cwd=WORK, **environment):
    """A command in the temporary folder: succeeds, and says nothing."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, **environment})
    s.check(done.returncode == 0 and not done.stdout, name,
            *done.stdout.splitlines()[:20])


def build():
    shutil.copytree(ROOT / 'build/sdk', SDK, symlinks=True)
    shutil.copytree(SEED, WORK / 'seed')
    run('the blocks are verbatim', 'sha256sum', '--quiet', '-c', 'SHA256SUMS',
        cwd=SEED / 'blocks')
    gcc = SDK / 'bin/usrd-gcc'
    for name, base in BASES.items():
        run(f'{name} builds without a warning', gcc, '-O2', *WARNINGS,
            f'-Wl,--defsym=base={base:#x}', '-o', name, f'seed/{name}.c')
    for name in (*BASES, 'constants', 'status'):
        for standard in ('gnu17', 'c11'):
            run(f'{name} compiles as {standard}', gcc, f'-std={standard}',
                *STRICT, '-c', '-o', 'object.o', f'seed/{name}.c')
    run('the test of the API compiles', gcc, *STRICT, '-Itests', '-c', '-o',
        'object.o', ROOT / 'tests/unit/api.c')
    if shutil.which('pkg-config'):
        run('plain gcc will do, with pkg-config', 'sh', '-c',
            f'gcc $(pkg-config --cflags usrd) -O2 {OTHER_BASE} -o other '
            'seed/my-driver.c $(pkg-config --libs usrd)',
            PKG_CONFIG_PATH=str(ROOT / 'build/sdk/lib/pkgconfig'))
    else:
        s.tap.skip('plain gcc will do', 'pkg-config is not installed')
        run('other builds', gcc, OTHER_BASE, '-o', 'other', 'seed/my-driver.c')
    network(gcc)
    alone(gcc)
    options(gcc)
    stubs(gcc)
    shutil.rmtree(WORK / 'seed')


def network(gcc):
    """Who takes the class along needs nothing else of the tree."""
    for name in 'nic', 'e1000':
        shutil.copytree(ROOT / 'tasks' / name, WORK / name)
    run('a network driver builds with a copy of tasks/nic', 'sh', '-c',
        '"$0" -O2 -mgeneral-regs-only -Wall -Wextra -Werror -Inic -o net '
        'e1000/*.c nic/*.c', gcc)


def alone(gcc):
    """Each header of ours can come first, and says nothing."""
    ours = ROOT / 'libusrd-min/include'
    for path in sorted([*ours.rglob('*.h'), *(SDK / 'include/mig').iterdir()]):
        name = path.relative_to(ours if ours in path.parents
                                else SDK / 'include')
        (WORK / 'header.c').write_text(f'#include <{name}>\nint unused;\n')
        run(f'<{name}> alone', gcc, '-std=c11', *STRICT, '-fsyntax-only',
            'header.c')


def options(gcc):
    """usrd-gcc takes what gcc takes."""
    (WORK / 'part.h').write_text('int part(void);\n')
    (WORK / 'part.c').write_text(
        '#include <part.h>\n#include <math.h>\n'
        'int part(void) { return (int)(WORD * sqrt(WORD)); }\n')
    (WORK / 'main.c').write_text(
        '#include <stdio.h>\n#include <part.h>\n'
        'int main(void) { printf("%d\\n", part()); }\n')
    part = ['-DWORD=4', '-I.', 'part.c']
    run('-c', gcc, *STRICT, '-Os', '-c', *part)
    run('-S', gcc, *STRICT, '-S', *part)
    run('-E', gcc, '-E', '-P', '-o', 'part.i', *part)
    run('several files, -lm', gcc, *STRICT, 'main.c', *part, '-lm')
    run('the library of one', 'ar', 'rc', 'libpart.a', 'part.o')
    run('-L, -l, -g0, -flto', gcc, *STRICT, '-I.', '-O3', '-g0', '-flto',
        'main.c', '-L.', '-lpart', '-lm')
    run('-fPIC and -pie change nothing', gcc, *STRICT, '-I.', '-fPIC', '-pie',
        'main.c', *part, '-lm')
    elf.check((WORK / 'a.out').read_bytes())
    (WORK / 'main.c').write_text(
        '#include <stdio.h>\nint main(void) { printf("%s", 1); }\n')
    done = subprocess.run([gcc, '-Wall', 'main.c'], cwd=WORK, text=True,
                          capture_output=True)
    s.check("format '%s' expects" in done.stderr.replace('\u2018', "'")
            .replace('\u2019', "'"), 'a wrong format is warned of', done.stderr)


def stubs(gcc):
    """MIG, on the interface files of the copy."""
    tools = ROOT / 'build/sysroot/usr'
    for name in ('userspace_driver', 'device'):
        run(f'MIG makes stubs of {name}.defs', 'sh',
            tools / 'bin/x86_64-gnu-mig', '-Iinclude', '-n', '-user',
            '../user.c', '-server', '../server.c', '-header', f'../{name}.h',
            f'include/device/{name}.defs', cwd=SDK, CC='gcc',
            MIGDIR=str(tools / 'lib/mig'))
        run('and they compile', gcc, '-c', '-I.', 'user.c', 'server.c')


def shell(m):
    """As an operator would."""
    m.send('kill my-driver')
    m.expect(r' my-driver#4 restart cause=operator ')
    m.send('write my-driver hello')
    m.send('read my-driver 4')
    m.expect(r'^(\\x..|[ -~]){4}$', name='the shell reads my-driver')
    m.send('write my-driver crash')
    m.expect(r' my-driver#5 restart cause=exception:bad-access ')
    m.send('write null-control assert')
    m.expect_all(r' null-driver#3 log text="assertion .* failed: file',
                 r' null-driver#4 restart cause=exception:abort ')
    m.send('suspend null-driver')
    m.expect(r' null-driver#\d+ log text="null-control is suspended"')
    m.send('read zero')
    m.expect(r'^zero: its driver is (down|suspended)')
    m.send('resume null-driver')
    m.expect(r' null-driver#\d+ log text="null-control is resumed"')
    m.send('write null-control stop')
    m.expect(r' null-driver#\d+ log text="stats requests=')
    m.expect(r' null-driver#\d+ stopped cause=exit:0')
    m.send('start null-driver')
    m.expect(r' null-driver#\d+ ready ')
    m.send('stop my-driver')
    m.expect(r' my-driver#5 log text="shut down"')
    m.expect(r' my-driver#5 stopped cause=exit:0')


build()
with s.boot() as m:
    m.expect_all(
        r' W other#1 log text="Failed to register driver"',
        r' W other#1 deny what=name name=my-driver',
        r' other#1 death cause=exit:1 ')
    m.expect_ktap('client')
    shell(m)
named = subprocess.run(
    [ROOT / 'qemu/log', '--symbols', WORK / 'my-driver', m.folder / 'log'],
    text=True, capture_output=True).stdout
s.check(' <my_device_write my-driver.c:' in named,
        'qemu/log names function and line of a crash')
text = '\n'.join(m.lines)
for line in (r' E null-driver#1 log text="level 0: error"',
             r' W null-driver#1 log text="level 1: warning"',
             r' I null-driver#1 log text="level 2: info"',
             r' D null-driver#1 log text="level 3: debug"',
             r' E null-driver#1 log text="fill is not 0"',
             r' W null-driver#1 error code=42 text="as it was told"',
             r' my-driver#1 crash cause=exception:bad-access pc=0x50',
             r' null-driver#1 crash cause=exception:bad-access pc=0x51'):
    s.check(line in text, f'the log has{line}')
s.forbid(r' (client|shell)#\d+ (death cause=(?!exit:0)|restart)')
s.done()
