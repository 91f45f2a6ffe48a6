/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The commands: one table, one small function each. */
#include <mach/mach.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <userspace_driver_operator.h>
#include <usrd/operator.h>

#include "shell.h"

#define MAX_WORDS 16

struct command {
    const char *name, *arguments, *help;
    int least, most; /* arguments; the last one takes the rest of the line */
    void (*run)(const struct command *c, int n, char **argument);
};

static const struct command commands[];

/* Start, stop and so on differ in the routine only. */
static void on_task(const struct command *c, const char *task,
                    kern_return_t (*routine)(mach_port_t, const_usrd_name_t))
{
    kern_return_t kr = routine(mach_task_self(), task);

    if (kr == KERN_INVALID_NAME || kr == KERN_INVALID_ARGUMENT)
        say("%s: no task %s; status lists them\n", c->name, task);
    else if (kr != KERN_SUCCESS)
        say("%s %s: %s\n", c->name, task, error_text(kr));
}

static void cmd_start(const struct command *c, int n, char **argument)
{
    (void)n;
    on_task(c, argument[0], usrd_op_start);
}

static void cmd_stop(const struct command *c, int n, char **argument)
{
    (void)n;
    on_task(c, argument[0], usrd_op_stop);
}

static void cmd_restart(const struct command *c, int n, char **argument)
{
    (void)n;
    on_task(c, argument[0], usrd_op_restart);
}

static void cmd_kill(const struct command *c, int n, char **argument)
{
    (void)n;
    on_task(c, argument[0], usrd_op_kill);
}

static void cmd_hang(const struct command *c, int n, char **argument)
{
    (void)n;
    on_task(c, argument[0], usrd_op_hang);
}

static void cmd_suspend(const struct command *c, int n, char **argument)
{
    (void)n;
    on_task(c, argument[0], usrd_op_suspend);
}

static void cmd_resume(const struct command *c, int n, char **argument)
{
    (void)n;
    on_task(c, argument[0], usrd_op_resume);
}

static void cmd_status(const struct command *c, int n, char **argument)
{
    if (n == 0)
        show_table();
    else if (!show_task(argument[0]))
        say("%s: no task %s\n", c->name, argument[0]);
}

static void cmd_grants(const struct command *c, int n, char **argument)
{
    usrd_page_t text;
    mach_msg_type_number_t size = sizeof text;
    kern_return_t kr =
        usrd_op_grants(mach_task_self(), argument[0], text, &size);
    (void)n;

    if (kr != KERN_SUCCESS) {
        say("%s: no task %s\n", c->name, argument[0]);
        return;
    }
    size = strnlen(text, size);
    terminal_write(text, size);
    if (size == 0 || text[size - 1] != '\n')
        say("\n");
}

static void cmd_list(const struct command *c, int n, char **argument)
{
    (void)c, (void)n, (void)argument;
    show_drivers();
}

static void cmd_deaths(const struct command *c, int n, char **argument)
{
    (void)c, (void)n, (void)argument;
    show_deaths();
}

static void cmd_devices(const struct command *c, int n, char **argument)
{
    (void)c, (void)n, (void)argument;
    show_devices();
}

static void cmd_read(const struct command *c, int n, char **argument)
{
    char *end = "";
    unsigned long size = n > 1 ? strtoul(argument[1], &end, 0) : 128;

    if (*end != '\0' || size == 0 || size > READ_MAX)
        say("%s: how many bytes, 1 to %u? not %s\n", c->name, READ_MAX,
            argument[1]);
    else
        read_device(argument[0], size);
}

static void cmd_write(const struct command *c, int n, char **argument)
{
    (void)c, (void)n;
    write_device(argument[0], argument[1]);
}

static void cmd_lspci(const struct command *c, int n, char **argument)
{
    if (n > 0 && strcmp(argument[0], "-v") != 0)
        say("usage: %s %s\n", c->name, c->arguments);
    else
        show_pci(n > 0);
}

static void cmd_sql(const struct command *c, int n, char **argument)
{
    (void)c, (void)n;
    ask_device("sqlite", argument[0]);
}

static void cmd_log(const struct command *c, int n, char **argument)
{
    static const char letters[] = "EWID"; /* by USRD_LOG_* */
    const char *at = strchr(letters, argument[0][0] & ~0x20);
    (void)n;

    if (argument[0][0] == '\0' || at == NULL) {
        say("%s: error, warning, info or debug? not %s\n", c->name,
            argument[0]);
        return;
    }
    kern_return_t kr = usrd_op_log_level(mach_task_self(), at - letters);
    if (kr != KERN_SUCCESS)
        say("%s: %s\n", c->name, error_text(kr));
}

static void cmd_halt(const struct command *c, int n, char **argument)
{
    unsigned status = n > 0 ? strtoul(argument[0], NULL, 0) : 0;
    kern_return_t kr = usrd_op_halt(mach_task_self(), USRD_HALT, status);

    say("%s: %s\n", c->name, error_text(kr));
}

static void cmd_reboot(const struct command *c, int n, char **argument)
{
    kern_return_t kr = usrd_op_halt(mach_task_self(), USRD_REBOOT, 0);
    (void)n, (void)argument;

    say("%s: %s\n", c->name, error_text(kr));
}

static void cmd_help(const struct command *c, int n, char **argument)
{
    (void)n, (void)argument;
    for (c = commands; c->name != NULL; c++)
        say("  %-8s%-14s%s\n", c->name, c->arguments, c->help);
}

static const struct command commands[] = {
    {"status", "[TASK]", "all tasks, or one at length", 0, 1, cmd_status},
    {"start", "TASK", "start a stopped or failed task", 1, 1, cmd_start},
    {"stop", "TASK", "have it shut down, and stay so", 1, 1, cmd_stop},
    {"restart", "TASK", "stop it and start it", 1, 1, cmd_restart},
    {"kill", "TASK", "end it at once; its policy decides what follows", 1, 1,
     cmd_kill},
    {"hang", "TASK", "keep it from running, as a hang would", 1, 1, cmd_hang},
    {"suspend", "TASK", "keep clients out, through restarts, too", 1, 1,
     cmd_suspend},
    {"resume", "TASK", "let them in again", 1, 1, cmd_resume},
    {"grants", "TASK", "what its module line gives it", 1, 1, cmd_grants},
    {"deaths", "", "the last ones, and how long outages were", 0, 0,
     cmd_deaths},
    {"list", "", "the drivers: what they are, and what they use", 0, 0,
     cmd_list},
    {"devices", "", "what can be opened, and who serves it", 0, 0, cmd_devices},
    {"read", "DEVICE [SIZE]", "show what it has to read now", 1, 2, cmd_read},
    {"write", "DEVICE TEXT", "write the text and a newline", 2, 2, cmd_write},
    {"lspci", "[-v]", "the PCI bus, and which task has what", 0, 1, cmd_lspci},
    {"sql", "TEXT", "statements for the database of task sqlite", 1, 1,
     cmd_sql},
    {"log", "LEVEL", "show error, warning, info or debug and above", 1, 1,
     cmd_log},
    {"halt", "[STATUS]", "end the machine", 0, 1, cmd_halt},
    {"reboot", "", "start the machine again", 0, 0, cmd_reboot},
    {"help", "", "this list", 0, 0, cmd_help},
    {0},
};

/* Split at blanks into at most MOST words; the last has the rest. */
static int split(char *line, int most, char **word)
{
    int n = 0;

    for (;;) {
        while (*line == ' ')
            line++;
        if (*line == '\0' || n == most)
            return n;
        word[n++] = line;
        if (n == most)
            return n;
        line += strcspn(line, " ");
        if (*line != '\0')
            *line++ = '\0';
    }
}

void run_line(char *line)
{
    const struct command *c = commands;
    char *word[MAX_WORDS] = {NULL}, *name, *rest;

    name = line + strspn(line, " ");
    rest = name + strcspn(name, " ");
    if (*name == '\0')
        return;
    if (*rest != '\0')
        *rest++ = '\0';
    while (c->name != NULL && strcmp(c->name, name) != 0)
        c++;
    if (c->name == NULL) {
        say("%s: no such command; help lists them\n", name);
        return;
    }
    /* TEXT may have blanks; where it may not, one word too many shows. */
    bool text = strstr(c->arguments, "TEXT") != NULL;
    int n = split(rest, text ? c->most : c->most + 1, word);
    if (n < c->least || n > c->most)
        say("usage: %s %s\n", c->name, c->arguments);
    else
        c->run(c, n, word);
}
