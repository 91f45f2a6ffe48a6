/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * /init: loads the modules, measures, powers off. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "peer.h"

/* In the order in which each has what it needs. */
static const char *const modules[] = {"/virtio_blk.ko", "/failover.ko",
                                      "/net_failover.ko", "/virtio_net.ko"};

void peer_die(const char *what)
{
    printf("peer: %s: %m\n", what);
    reboot(RB_POWER_OFF);
    _exit(1);
}

static void load_modules(void)
{
    for (unsigned n = 0; n < sizeof modules / sizeof *modules; n++) {
        int file = open(modules[n], O_RDONLY | O_CLOEXEC);
        if (file < 0 || syscall(SYS_finit_module, file, "", 0))
            peer_die(modules[n]);
        close(file);
    }
}

static void null_call(unsigned ops)
{
    while (ops--)
        syscall(SYS_getppid);
}

int main(void)
{
    struct utsname name;

    setvbuf(stdout, NULL, _IOLBF, 0);
    uname(&name);
    printf("peer: Linux %s\n", name.release);
    if (mount("dev", "/dev", "devtmpfs", 0, NULL) ||
        mount("sys", "/sys", "sysfs", 0, NULL))
        peer_die("mount");
    load_modules();
    soak_start();
    soak_calibrate();
    soak_measure("linux.null_call", null_call, 20000);
    disk_measure();
    echo_measure();
    printf("bench end 0\n");
    reboot(RB_POWER_OFF);
}
