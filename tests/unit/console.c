/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What passes to the console, and what is put back on it. */
#include "console.h"

#include "tap.h"

static struct kx_console c;

/* What the terminal gets for BYTES, which start on an empty line. */
static const char *feed(const char *bytes)
{
    static char out[8192];
    size_t n = 0;

    memset(&c, 0, sizeof c);
    for (; *bytes != '\0'; bytes++)
        n += kx_console_byte(&c, *bytes, out + n);
    out[n] = '\0';
    return out;
}

/* What is put back after BYTES. */
static const char *shown(const char *bytes)
{
    static char out[KX_CONSOLE_LINE_MAX + 1];

    feed(bytes);
    out[kx_console_show(&c, out)] = '\0';
    return out;
}

static void check_filter(void)
{
    static const struct {
        const char *in, *out, *name;
    } all[] = {
        {"abc ~!", "abc ~!", "printable ASCII"},
        {"a\nb", "a\r\nb", "a new line"},
        {"a\r\nb", "a\r\nb", "a new line with its return"},
        {"a\n\nb", "a\r\n\nb", "an empty line"},
        {"a\rb", "a\rb", "a return"},
        {"ab\bc", "ab\bc", "a step back"},
        {"\b\b", "", "none before the start"},
        {"a\tb", "a       b", "a tab"},
        {"\x01\x7f\x80\xff", "????", "other bytes"},
        {"ab\r\033[K", "ab\r\033[K", "erase"},
        {"ab\r\033[0K", "ab\r\033[K", "erase, spelt out"},
        {"ab\r\033[1K", "ab\r", "erase to the left"},
        {"abc\033[2D", "abc\033[2D", "left"},
        {"abc\033[D", "abc\033[1D", "left by one"},
        {"abc\033[99D", "abc\033[3D", "left, no further than the start"},
        {"abc\033[99999999999999D", "abc\033[3D", "left by a great number"},
        {"abc\r\033[2C", "abc\r\033[2C", "right"},
        {"abc\r\033[9C", "abc\r\033[3C", "right, no further than the text"},
        {"abc\033[C", "abc", "right of the text"},
        {"\033[2J\033[H\033[1;1Hx", "x", "clear and move: vanish"},
        {"\033[31mred\033[0m", "red", "colours vanish"},
        {"\033]0;title", "0;title", "other escapes lose their start"},
        {"\033cx", "x", "reset vanishes"},
        {"\033\033[Dx", "x", "an escape in an escape"},
        {"a\033[\nb", "a\r\nb", "no sequence passes the end of a line"},
        {"a\033[?25Db", "ab", "a private sequence"},
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        STR(feed(all[i].in), all[i].out, all[i].name);
}

static void check_shown(void)
{
    static const struct {
        const char *in, *out, *name;
    } all[] = {
        {"", "", "nothing"},
        {"> ", "> ", "a prompt"},
        {"> stat", "> stat", "a prompt and a word"},
        {"done\n", "", "a finished line"},
        {"done\n> ", "> ", "the prompt after it"},
        {"> abc\b\b", "> abc\033[2D", "the cursor inside the text"},
        {"> abc\033[3D\033[K", "> ", "what was erased stays away"},
        {"> abc\r> x\033[K", "> x", "a line drawn again"},
        {"> abc\r", "> abc\033[5D", "the cursor at its start"},
        {"abc\rX", "Xbc\033[2D", "overwritten"},
        {"ab\033[", "ab", "in the middle of a sequence"},
    };
    char out[8], wide[600];
    unsigned longest = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        STR(shown(all[i].in), all[i].out, all[i].name);

    feed("> ");
    EQ(kx_console_hide(&c, out), 4, "a line is hidden by four bytes");
    OK(memcmp(out, "\r\033[K", 4) == 0, "return and erase");
    feed("x\n");
    EQ(kx_console_hide(&c, out), 0, "an empty line by none");

    memset(wide, 'w', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    EQ(strlen(feed(wide)), sizeof wide - 1 + 4, "a long line is broken twice");
    EQ(strlen(shown(wide)), sizeof wide - 1 - 2 * KX_CONSOLE_LINE,
       "and its last part is put back");
    wide[KX_CONSOLE_LINE] = '\r', wide[KX_CONSOLE_LINE + 1] = '\0';
    EQ(strlen(shown(wide)), KX_CONSOLE_LINE + strlen("\033[250D"),
       "the longest line with its cursor at the start");

    /* No byte makes more output than is promised. */
    memset(&c, 0, sizeof c);
    for (unsigned i = 0; i < 1000000; i++) {
        char big[64];
        unsigned n = (unsigned)kx_console_byte(
            &c, "a\t\b\r\033[9CDK\n"[i * 2654435761u >> 13 & 7 ? i % 11 : 1],
            big);

        longest = n > longest ? n : longest;
    }
    OK(longest > 7 && longest <= KX_CONSOLE_BYTE_MAX,
       "at most %u bytes from one", longest);
}

int main(void)
{
    check_filter();
    check_shown();
    return tap_end();
}
