#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree: format, licence lines, a README in each folder."""
import pathlib
import re
import shutil
import subprocess

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLANG_FORMAT = 'clang-format-14'    # another version formats differently
CODE = {'.c', '.h', '.S', '.py', '.ninja', '.ld', '.defs', '.image', '.sh'}


def tracked():
    """Files under git's control, or all but build/ in a tree without it."""
    listed = subprocess.run(['git', 'ls-files', '-co', '--exclude-standard'],
                            cwd=ROOT, text=True, capture_output=True)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob('*')
                 if p.relative_to(ROOT).parts[0] not in ('build', '.git')]
    return [p for p in map(pathlib.Path, sorted(names))
            if (ROOT / p).is_file() and not (ROOT / p).is_symlink()]


def is_code(path):
    if path.suffix:
        return path.suffix in CODE
    return (ROOT / path).read_bytes()[:2] == b'#!'


def wrong_format(files):
    run = subprocess.run([CLANG_FORMAT, '--dry-run', '-Werror', *files],
                         cwd=ROOT, text=True, capture_output=True)
    return sorted({line.split(':')[0] for line in run.stderr.splitlines()
                   if ' error: ' in line})


def long_lines(path):
    text = (ROOT / path).read_text(errors='replace')
    return [f'{path}:{n}' for n, line in enumerate(text.splitlines(), 1)
            if len(line) > 100 or line != line.rstrip()]


def lost_formats(path):
    """Newlib's small printf takes %zu and %lld for text, and what follows
    gets the wrong arguments; gcc does not know that."""
    text = (ROOT / path).read_text(errors='replace')
    return [f'{path}:{n}' for n, line in enumerate(text.splitlines(), 1)
            if re.search(r'%[-+ #0-9.*]*(?:ll|[zjtq])[diouxX]', line)]


def lost_tests():
    """Names that are no test's or guard's, rows without a test."""
    lost = []
    holds = (ROOT / 'kernel-ext' / 'holds.h').read_text()
    for row in (ROOT / 'docs' / 'attacks.md').read_text().splitlines():
        cells = [cell.strip() for cell in row.strip('|').split('|')]
        if not row.startswith('|') or len(cells) != 5 or cells[2] in (
                'test', '---', '—'):
            continue
        names = re.findall(r'`([\w/-]+)`', cells[2])
        lost += [name for name in names if not any(
            (ROOT / 'tests' / path).exists() for path in (
                f'scenarios/{name}.py', f'{name}.py', f'{name}.c'))]
        lost += [row] * (not names)
        lost += [name for name in re.findall(r'`(\w+)`', cells[3])
                 if f'KX_WITHOUT_{name} ' not in holds]
    return lost


def described(folder):
    """A README of its own, or further up but not at the root; one task's
    folder never stands in for another's."""
    while folder.parts and not folder.parts[0].startswith('.'):
        if (ROOT / folder / 'README.md').exists():
            return True
        if folder.parts[:-1] in ((), ('tasks',)):
            return False
        folder = folder.parent
    return folder.parts != () or (ROOT / 'README.md').exists()


def main():
    out, files = tap.Writer(), tracked()
    code = [path for path in files if is_code(path)]
    c_files = [path for path in files if path.suffix in ('.c', '.h')]
    if shutil.which(CLANG_FORMAT):
        wrong = wrong_format(c_files) if c_files else []
        out.point(not wrong, f'{len(c_files)} C files are formatted',
                  [*wrong, f'{CLANG_FORMAT} -i FILE'])
    else:
        out.skip('C files are formatted', f'{CLANG_FORMAT} is not installed')
    bare = [str(path) for path in code if 'SPDX-License-Identifier: '
            'GPL-2.0-or-later' not in (ROOT / path).read_text()[:400]]
    out.point(not bare, 'each source file names its licence', bare)
    uneven = [where for path in code for where in long_lines(path)]
    out.point(not uneven, 'no line over 100 columns, none with blanks at '
              'its end', uneven[:20])
    guest = [path for path in c_files if path.parts[0] != 'tests']
    lost = [where for path in guest for where in lost_formats(path)]
    out.point(not lost, 'each format is one that the guest\'s printf knows',
              lost)
    bare = [str(folder) for folder in sorted({p.parent for p in files})
            if not described(folder)]
    out.point(not bare, 'each folder has a README', bare)
    lost = lost_tests()
    out.point(not lost, 'each row of docs/attacks.md names a test, and a '
              'guard, that is there, or says that there is none', lost)
    out.plan()
    raise SystemExit(bool(out.failed))


main()
