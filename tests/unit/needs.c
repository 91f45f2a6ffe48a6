/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * needs=: unknown names, refused providers, cycles; and orders that work. */
#include "claims.h"

#include "module_line.h"
#include "tap.h"

#define MAX 32

static struct line lines[MAX];
static const struct kx_words *words[MAX];
static bool accepted[MAX];
static unsigned n;

/* Reads lines up to NULL, accepts all, and repeats the check until nothing
 * more is refused, as kernel-ext does. */
static void settle(const char *const *text)
{
    bool again = true;

    for (n = 0; text[n] != NULL; n++) {
        accepted[n] = line_read(&lines[n], text[n]);
        words[n] = &lines[n].w;
        if (!accepted[n])
            printf("# the test's own line is bad: %s\n", text[n]);
    }
    while (again) {
        again = false;
        for (unsigned i = 0; i < n; i++)
            if (accepted[i] &&
                !kx_needs_check(words, accepted, n, i, &lines[i].fault)) {
                accepted[i] = false;
                again = true;
            }
    }
}

static unsigned left(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < n; i++)
        count += accepted[i];
    return count;
}

#define SETTLE(...) settle((const char *const[]){__VA_ARGS__, NULL})

int main(void)
{
    char text[MAX][64];
    const char *chain[MAX];

    SETTLE("hello", "shell needs=*", "client needs=hello,disk",
           "ahci provides=disk");
    EQ(left(), 4, "providers before and after");

    SETTLE("hello", "client needs=hallo");
    OK(accepted[0] && !accepted[1], "an unknown name");
    STR(lines[1].fault.word, "needs=hallo", "is named");
    STR(lines[1].fault.why, "no line provides it", "and explained");

    SETTLE("a needs=nothing", "b needs=a", "c needs=b", "d");
    EQ(left(), 1, "who needs a refused task is refused, and so on");
    STR(lines[2].fault.why, "the line of b was refused", "with the reason");

    SETTLE("a needs=a");
    OK(!accepted[0], "a task that needs itself");
    STR(lines[0].fault.why, "the task itself provides it", "is told so");

    SETTLE("a needs=b", "b needs=a", "c needs=d", "d");
    OK(!accepted[0] && !accepted[1], "a cycle of two");
    OK(accepted[2] && accepted[3], "leaves the others alone");
    STR(lines[0].fault.why, "a cycle: b waits for a", "and is explained");

    SETTLE("a needs=b", "b needs=c", "c needs=a", "watcher needs=b");
    EQ(left(), 0, "a cycle of three takes who waits for it along");

    SETTLE("watcher needs=b", "b needs=c", "c needs=b");
    STR(lines[0].fault.why, "the line of b was refused",
        "who only waits for a cycle is not called one");

    SETTLE("watcher needs=a", "a needs=b", "b needs=c", "c needs=b");
    EQ(left(), 0, "nor does looking for one go round in another");

    SETTLE("a needs=x,y", "b provides=x needs=z", "c provides=y needs=z",
           "d provides=z");
    EQ(left(), 4, "a diamond is no cycle");

    SETTLE("a needs=*", "b needs=a");
    EQ(left(), 2, "needs=* waits for nothing, so closes no cycle");

    SETTLE("net instances=9", "a needs=net.1,net.9");
    EQ(left(), 2, "instances provide numbered names");
    SETTLE("net instances=2", "a needs=net.3");
    OK(!accepted[1], "an instance too many");
    SETTLE("net instances=2", "a needs=net");
    OK(!accepted[1], "the bare name of instances");

    for (unsigned i = 0; i < MAX - 1; i++) {
        snprintf(text[i], sizeof *text, "t%u needs=t%u", i,
                 (i + 1) % (MAX - 1));
        chain[i] = text[i];
    }
    chain[MAX - 1] = NULL;
    settle(chain);
    EQ(left(), 0, "a cycle of all tasks");
    snprintf(text[MAX - 2], sizeof *text, "t%u", MAX - 2);
    settle(chain);
    EQ(left(), MAX - 1, "a chain of all tasks");
    return tap_end();
}
