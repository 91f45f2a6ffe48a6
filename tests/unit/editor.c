/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The shell's line editor: what it makes of keys, and whether the terminal
 * shows what the line is. */
#include "editor.h"

#include <stdlib.h>

#include "tap.h"

#define PROMPT "> "
#define WIDTH 256

/* A terminal of one line that knows what the editor may use. */
static struct {
    char text[WIDTH + 1];
    unsigned column;
    unsigned newlines;
} screen;

static void erase_from(unsigned column)
{
    memset(screen.text + column, ' ', WIDTH - column);
}

static void show(const char *text, size_t size)
{
    for (const char *end = text + size; text < end; text++) {
        if (*text == '\r') {
            screen.column = 0;
        } else if (*text == '\n') {
            screen.newlines++;
            erase_from(0);
        } else if (*text == '\033') {
            char *letter;
            unsigned n = strtoul(text + 2, &letter, 10);
            if (*letter == 'K')
                erase_from(screen.column);
            else if (*letter == 'D')
                screen.column -= n;
            else
                OK(false, "escape sequence %c", *letter);
            text = letter;
        } else if (*text != '\a') {
            screen.text[screen.column++] = *text;
        }
    }
}

static struct editor editor;

static bool feed(const char *keys)
{
    bool ended = false;

    for (; *keys != '\0'; keys++)
        ended = editor_feed(&editor, *keys);
    return ended;
}

static void fresh(void)
{
    erase_from(0);
    screen.column = screen.newlines = 0;
    editor_init(&editor, PROMPT, show);
    editor_begin(&editor);
}

/* Is on the screen what the editor thinks it is? */
static bool shown(void)
{
    char expected[WIDTH + 1];
    int n = snprintf(expected, sizeof expected, "%s%s", PROMPT, editor.line);

    memset(expected + n, ' ', WIDTH - (size_t)n);
    return memcmp(expected, screen.text, WIDTH) == 0 &&
           screen.column == strlen(PROMPT) + editor.cursor &&
           editor.length == strlen(editor.line);
}

static void keys_make(const char *keys, const char *line, const char *what)
{
    fresh();
    feed(keys);
    STR(editor.line, line, what);
    OK(shown(), "and the screen shows it");
}

static void test_keys(void)
{
    keys_make("status", "status", "letters");
    keys_make("stat\x7f\x7f\x7f", "s", "backspace");
    keys_make("\x7f\bab\b", "a", "backspace at the start");
    keys_make("ac\033[Db", "abc", "left and insert");
    keys_make("ab\033[D\033[D\033[Dx", "xab", "left stops at the start");
    keys_make("ab\033[D\033[C\033[Cx", "abx", "right stops at the end");
    keys_make("bc\001a\005d", "abcd", "ctrl-a and ctrl-e");
    keys_make("bc\033[Ha\033[Fd", "abcd", "home and end");
    keys_make("bc\033[1~a\033[4~d", "abcd", "home and end of others");
    keys_make("abcd\002\002\013", "ab", "ctrl-k");
    keys_make("abcd\002\002\025", "cd", "ctrl-u");
    keys_make("kill  uart \027", "kill  ", "ctrl-w");
    keys_make("abc\001\004", "bc", "ctrl-d");
    keys_make("abc\001\033[3~", "bc", "delete");
    keys_make("a\033[5~b\033OPc\377\001d", "dabc", "keys it does not know");
    keys_make("abc\003d", "d", "ctrl-c");
}

static void test_lines(void)
{
    fresh();
    OK(feed("help\r"), "return ends a line");
    STR(editor.line, "help", "which is there");
    editor_begin(&editor);
    OK(!feed("\n"), "the newline after a return is the same key");
    OK(feed("x\n"), "a newline alone ends one, too");
    editor_begin(&editor);
    EQ(screen.newlines, 2, "each is one line down");
}

static void test_history(void)
{
    fresh();
    feed("one\r"), editor_begin(&editor);
    feed("two\r"), editor_begin(&editor);
    feed("two\r"), editor_begin(&editor);
    feed("\r"), editor_begin(&editor);
    feed("typed\033[A");
    STR(editor.line, "two", "up is the last line, kept once");
    feed("\033[A");
    STR(editor.line, "one", "and the one before");
    feed("\033[A\033[A");
    STR(editor.line, "one", "and no further");
    feed("\033[B\033[B");
    STR(editor.line, "typed", "down is what was being typed");
    feed("\033[B!");
    STR(editor.line, "typed!", "and no further");
    OK(shown(), "the screen shows it");

    for (int i = 0; i < 40; i++) {
        char line[16];
        snprintf(line, sizeof line, "l%d\r", i);
        editor_begin(&editor);
        feed(line);
    }
    editor_begin(&editor);
    for (int i = 0; i < 60; i++)
        feed("\033[A");
    STR(editor.line, "l24", "the oldest of sixteen");
}

static void test_long(void)
{
    fresh();
    for (int i = 0; i < 3 * EDITOR_MAX; i++)
        feed("x");
    EQ(editor.length, EDITOR_MAX, "a line has an end");
    OK(shown(), "the screen shows it");
}

/* Any keys: the screen always shows the line.  The seed is fixed. */
static void test_noise(void)
{
    static const char *const keys[] = {
        "a",      "b",      " ",    "\033[A", "\033[B", "\033[C",
        "\033[D", "\033[H", "\001", "\005",   "\013",   "\025",
        "\027",   "\004",   "\x7f", "\033",   "[",      "\033[3~",
        "\377",   "\020",   "\016", "\t",
    };
    bool good = true;

    fresh();
    srand(1);
    for (int i = 0; i < 200000; i++) {
        if (rand() % 50 == 0) {
            feed("\033[C\r"); /* out of any escape sequence */
            editor_begin(&editor);
        }
        feed(keys[(unsigned)rand() % (sizeof keys / sizeof *keys)]);
        good = good && shown();
    }
    OK(good, "200,000 keys of noise");
}

int main(void)
{
    test_keys();
    test_lines();
    test_history();
    test_long();
    test_noise();
    return tap_end();
}
