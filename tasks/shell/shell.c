/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The operator's shell on the console.  An ordinary client: what it can do
 * beyond opening devices, its module line grants (operator=yes).
 *
 * QEMU: -serial stdio, or -serial mon:stdio for Ctrl-A x.
 */
#include <usrd/client.h>

#include "editor.h"
#include "shell.h"

int main(void)
{
    static struct editor editor;
    char in[64];

    terminal_open();
    usrd_set_timeout(2000); /* a device that hangs is not the shell's end */
    editor_init(&editor, "> ", terminal_write);
    say("\nType help for the commands.\n");
    editor_begin(&editor);
    for (;;) {
        size_t n = terminal_read(in, sizeof in);
        if (n == 0)
            usrd_sleep(100); /* no console for now; do not spin */
        for (size_t i = 0; i < n; i++) {
            if (!editor_feed(&editor, in[i]))
                continue;
            run_line(editor.line);
            editor_begin(&editor);
        }
    }
}
