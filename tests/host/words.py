#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/module-line.md has each word that kernel-ext reads, and no other."""
import pathlib
import re

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read_by_kernel_ext():
    source = (ROOT / 'kernel-ext/words.c').read_text()
    return set(re.findall(r'^ *(?:GRANT|PLAIN)\("([a-z-]+)"', source, re.M))


def documented():
    """The keys that the first cells of the tables name."""
    rows = re.findall(r'^\| (`.*?) \|',
                      (ROOT / 'docs/module-line.md').read_text(), re.M)
    return {key for row in rows for key in re.findall(r'`([a-z-]+)=', row)}


def main():
    out = tap.Writer()
    words, table = read_by_kernel_ext(), documented()
    out.point(len(words) > 20, f'{len(words)} words are read')
    out.point(not words - table, 'each is in the table',
              sorted(words - table))
    out.point(not table - words, 'and each of the table is read',
              sorted(table - words))
    out.plan()
    raise SystemExit(bool(out.failed))


main()
