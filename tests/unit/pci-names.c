/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every name of pci.ids, read here line by line, is found in the table that
 * was made of it; what is not there is not found. */
#include "pci_names.h"

#include <stdlib.h>

#include "tap.h"

static unsigned names, wrong;

static void compare(const char *got, const char *want)
{
    names++;
    for (const char *c = want; *c; c++)
        if (*c & 0x80)
            return; /* the table has ASCII */
    if ((!got || strcmp(got, want) != 0) && wrong++ < 5)
        printf("# got '%s', want '%s'\n", got ? got : "nothing", want);
}

static void each(FILE *file)
{
    char line[512], text[PCI_NAME_MAX];
    bool classes = false;
    unsigned group = 0, sub = 0;

    while (fgets(line, sizeof line, file)) {
        char *c = line, *end;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (strncmp(line, "C ", 2) == 0) {
            classes = true;
            c += 2;
        }
        while (*c == '\t')
            c++;
        long depth = line[0] == 'C' ? 0 : c - line;
        unsigned id = (unsigned)strtoul(c, &end, 16);
        end += 2; /* two blanks */
        if (depth == 0) {
            group = classes ? PCI_CLASS(id) : PCI_VENDOR(id);
            compare(pci_group_name(group, text), end);
        } else if (depth == 1) {
            sub = PCI_SUBCLASS((group & 0xff) << 8 | id);
            compare(pci_member_name(group, id, text), end);
        } else if (classes) {
            compare(pci_member_name(sub, id, text), end);
        }
    }
}

int main(void)
{
    static const char path[] = "build/sysroot/usr/share/misc/pci.ids";
    char text[PCI_NAME_MAX];
    FILE *file = fopen(path, "r");

    if (!OK(file != NULL, "%s is there", path))
        return tap_end();
    each(file);
    fclose(file);
    OK(names > 20000, "%u names in it", names);
    EQ(wrong, 0, "each is in the table");
    STR(pci_member_name(PCI_VENDOR(0x8086), 0x1237, text),
        "440FX - 82441FX PMC [Natoma]", "a device");
    STR(pci_member_name(PCI_CLASS(0x03), 0x00, text),
        "VGA compatible controller", "a class");
    OK(!pci_member_name(PCI_VENDOR(0x8086), 0xfffe, text) &&
           !pci_member_name(PCI_VENDOR(0xffff), 0xfffe, text) &&
           !pci_member_name(PCI_VENDOR(0x1234), 0x11e8, text) &&
           !pci_group_name(PCI_CLASS(0xee), text) &&
           !pci_member_name(PCI_SUBCLASS(0xffff), 0, text),
       "what is not there is not found");
    return tap_end();
}
