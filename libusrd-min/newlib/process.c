/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What cannot exist here: other processes, signals, a directory tree. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "newlib.h"

#define SELF 1 /* there is one process: this task */

static int fail(int why)
{
    errno = why;
    return -1;
}

int execve(const char *path, char *const argv[], char *const envp[])
{
    (void)path, (void)argv, (void)envp;
    return fail(ENOSYS);
}

pid_t fork(void)
{
    return fail(ENOSYS);
}

pid_t getpid(void)
{
    return SELF;
}

/* Newlib's raise() ends here when nothing handles the signal. */
int kill(pid_t pid, int sig)
{
    if (pid != SELF)
        return fail(ESRCH);
    if (sig == 0)
        return 0;
    if (sig == SIGABRT)
        usrd_abort();
    _exit(128 + sig);
}

int link(const char *from, const char *to)
{
    (void)from, (void)to;
    return fail(EROFS);
}

int mkdir(const char *path, mode_t mode)
{
    (void)path, (void)mode;
    return fail(EROFS);
}

int stat(const char *path, struct stat *st)
{
    (void)path, (void)st;
    return fail(ENOENT);
}

int unlink(const char *path)
{
    (void)path;
    return fail(ENOENT);
}

pid_t wait(int *status)
{
    (void)status;
    return fail(ECHILD);
}
