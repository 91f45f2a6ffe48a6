# SPDX-License-Identifier: GPL-2.0-or-later
"""Set up, build, and run every test.

Each test is a program that prints TAP: unit tests and host tools first, then
the scenarios, which boot QEMU.  The last line counts their points.
"""
import argparse
import fnmatch
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault('PYTHONPYCACHEPREFIX', str(ROOT / 'build' / 'pycache'))
sys.pycache_prefix = os.environ['PYTHONPYCACHEPREFIX']
sys.path.insert(0, str(ROOT / 'tests'))

from harness import junit  # noqa: E402
from harness.runner import LIMIT, Program, Runner  # noqa: E402

# Where tests are, and what their files are called.
# The longest first, so that it does not end alone.
PLACES = (('tests/bench', 'compare.py'), ('tests/model', '*.py'),
          ('build/tests/unit', '*'), ('tests/host', '*.py'),
          ('tests/scenarios', '*.py'))
SOAK = (('tests/soak', '*.py'),)
BOOTS = ('tests/scenarios', 'tests/soak')
SOAK_LIMIT = 4 * 3600   # seconds for one of those


def arguments():
    parser = argparse.ArgumentParser(prog='tests/run',
                                     description=__doc__.splitlines()[0])
    parser.add_argument('--junit', metavar='FILE', help='results as XML, too')
    parser.add_argument('-k', metavar='PATTERN', action='append',
                        dest='patterns', help='only those whose name has '
                        'PATTERN (may have *), or one of several')
    parser.add_argument('-l', action='store_true', dest='list',
                        help='list them, run none')
    parser.add_argument('-v', action='store_true', dest='verbose',
                        help='show the whole output')
    parser.add_argument('-j', type=int, default=2, metavar='N', dest='jobs',
                        help='so many at a time (2)')
    parser.add_argument('--iommu', action='store_true',
                        help='only scenarios, on q35 with its IOMMU on')
    parser.add_argument('--hardened', action='store_true',
                        help="only scenarios, on boot/harden's copy of the "
                        'kernel')
    parser.add_argument('--soak', action='store_true',
                        help='the long forms in tests/soak instead, with all '
                        'that they show')
    return parser.parse_args()


def find(places, patterns):
    """Executable files without a dot, or those that the places name."""
    for place, glob in places:
        for path in sorted((ROOT / place).glob(glob)):
            name = f'{pathlib.Path(place).name}/{path.stem}'
            if (path.is_file() and os.access(path, os.X_OK)
                    and (glob != '*' or '.' not in path.name)
                    and any(fnmatch.fnmatch(name, f'*{pattern}*')
                            for pattern in patterns or [''])):
                yield Program(path, name)


def build():
    if subprocess.run(['ninja', '--quiet'], cwd=ROOT).returncode:
        sys.exit('tests/run: the build failed')


def main():
    args = arguments()
    if args.iommu:
        os.environ['MACHINE'] = 'iommu'
    if args.hardened:
        os.environ['KERNEL'] = 'hardened'
    if not args.list:
        build()
    places = SOAK if args.soak else PLACES
    if args.iommu or args.hardened:     # what boots nothing does not care
        places = [place for place in places if place[0] in BOOTS]
    programs = list(find(places, args.patterns))
    if args.list:
        print(*(program.name for program in programs), sep='\n')
        return
    if not programs:
        sys.exit(f'tests/run: no test has one of {args.patterns} in its name')
    Runner(ROOT, args.jobs, args.verbose or args.soak,
           SOAK_LIMIT if args.soak else LIMIT).run(programs)
    if args.junit:
        junit.write(args.junit, [(p.name, p.results, p.seconds, p.output)
                                 for p in programs])
    passed, failed, skipped = (sum(p.count(state) for p in programs)
                               for state in ('passed', 'failed', 'skipped'))
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        sys.exit('tests/run: interrupted')
