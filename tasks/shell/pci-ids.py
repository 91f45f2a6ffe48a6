#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""pci.ids -> a table in C: the names that lspci shows.

    pci-ids.py /usr/share/misc/pci.ids names.c

Groups: of a vendor (its id) the devices, of a class (CLASSES | CC) the
subclasses, of a subclass (INTERFACES | CCSS) the interfaces.  A group is its
name and then each member, two bytes of id and its name; a name ends with a
zero.  A byte from FIRST on stands for two others, which may be such again:
the pairs that are found most often, one after another, in a sample."""
import collections
import sys
import unicodedata

CLASSES, INTERFACES = 0x10000, 0x20000  # pci_names.h has them, too
FIRST, PAIRS = 0x80, 128
SAMPLE = 12  # one name in so many


def plain(name):
    return unicodedata.normalize('NFKD', name).encode('ascii', 'ignore')


def read(path):
    """{group: [name, [(id, name), ...]]}, subsystems left out."""
    groups, group, classes, subclass = {}, None, False, None
    for line in open(path, encoding='utf-8'):
        text = line.strip('\n')
        depth = len(text) - len(text.lstrip('\t'))
        if not text or text.startswith('#'):
            continue
        if text.startswith('C '):
            classes, text = True, text[2:]
        number, name = text[depth:].split('  ', 1)
        if depth == 0:
            group = int(number, 16) | (CLASSES if classes else 0)
            groups[group] = [plain(name), []]
        elif depth == 1:
            groups[group][1].append((int(number, 16), plain(name)))
            if classes:
                subclass = INTERFACES | (group & 0xff) << 8 | int(number, 16)
        elif classes:
            groups.setdefault(subclass, [b'', []])[1].append(
                (int(number, 16), plain(name)))
    return groups


def squeeze(names):
    """The names with pairs of bytes replaced, and those pairs."""
    text, some = b'\0'.join(names), b'\0'.join(names[::SAMPLE])
    pairs = []
    for code in range(FIRST, FIRST + PAIRS):
        counts = collections.Counter(zip(some, some[1:]))
        pair = bytes(max((p for p in counts if 0 not in p),
                         key=lambda p: (counts[p], p)))
        pairs.append(pair)
        some = some.replace(pair, bytes([code]))
        text = text.replace(pair, bytes([code]))
    return text.split(b'\0'), pairs


def layout(groups, short):
    """The table, and where in it each group begins."""
    data, index = bytearray(), []
    for key in sorted(groups):
        index.append((key, len(data)))
        name, members = groups[key]
        data += short[name] + b'\0'
        for number, member in sorted(members):
            data += number.to_bytes(2, 'little') + short[member] + b'\0'
    return data, index + [(0xffffffff, len(data))]


def rows(items, width):
    return ''.join('    ' + ' '.join(items[i:i + width]) + '\n'
                   for i in range(0, len(items), width))


def main(source, target):
    groups = read(source)
    names = sorted({n for name, members in groups.values()
                    for n in (name, *(m for _, m in members))})
    squeezed, pairs = squeeze(names)
    data, index = layout(groups, dict(zip(names, squeezed)))
    with open(target, 'w', encoding='ascii') as file:
        file.write('/* Made of pci.ids by tasks/shell/pci-ids.py. */\n'
                   '#include "pci_names.h"\n\n'
                   f'const unsigned char pci_pairs[{PAIRS}][2] = {{\n'
                   + rows([f'{{{a}, {b}}},' for a, b in pairs], 8) + '};\n\n'
                   'const struct pci_group pci_groups[] = {\n'
                   + rows([f'{{{key:#x}, {at}}},' for key, at in index], 4)
                   + '};\n\nconst unsigned char pci_table[] = {\n'
                   + rows([f'{byte},' for byte in data], 16) + '};\n')


main(*sys.argv[1:])
