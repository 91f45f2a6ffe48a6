/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kernel-ext's own structures; which file does what is in files.h.
 *
 * Two kinds of thread run here.  The main loop owns everything in this file
 * and never waits for another task.  Executioners (executioner.c) make the
 * kernel calls that can wait on a task, and touch nothing but their job.
 */
#ifndef KX_H
#define KX_H

#include <device/device_types.h>
#include <device/userspace_driver_types.h>
#include <mach/mach.h>
#include <mach/thread_status.h>
#include <stdbool.h>
#include <stdint.h>
#include <usrd/operator.h>
#include <usrd/types.h>

#include "budget.h"
#include "claims.h"
#include "holds.h"
#include "log.h"
#include "names.h"
#include "policy.h"
#include "rate.h"
#include "state.h"
#include "words.h"

#define KX_MAX_TASKS 288
#define KX_MAX_INCARNATIONS (2 * KX_MAX_TASKS + 64)
#define KX_MAX_WORDS 96 /* of one module line */
#define KX_LINES 16     /* ISA interrupt lines */
#define KX_TICK 10000   /* microseconds; the kernel's clock */

#define KX_MAX_TEMPLATES 32 /* the kernel loads 29 modules */
#define KX_MAX_OBJECTS 256  /* memory that outlives drivers: share.h */
#define KX_MAX_MAPS 256     /* windows into it that clients hold */

/* What kernel-ext's ports are for; ports.c knows their names. */
enum kx_port_kind {
    KX_P_NONE,     /* not one of ours: it came in a message */
    KX_P_CONTROL,  /* receive: of incarnation I */
    KX_P_SERVICE,  /* send, and receive while no incarnation has it: task I */
    KX_P_HANDLE,   /* receive while we hold it, send until it was given: I */
    KX_P_NOTIFY,   /* receive: notifications about handle I */
    KX_P_LINE,     /* receive: interrupts of line I */
    KX_P_TASK,     /* send: the real task port of incarnation I */
    KX_P_THREAD,   /* send: the real thread port of incarnation I */
    KX_P_TEMPLATE, /* send: the real task port of template I */
    KX_P_FILTER,   /* send: of the packet filter in block I of keep.c */
    KX_P_PAGER,    /* receive and send: of memory object I */
    KX_P_MAP,      /* receive: stands for window I into one */
    KX_P_BELL,     /* send: of the client of ring I */
    KX_P_KEYS,     /* receive: the kernel's answer to console read I */
    KX_P_OWN,      /* the ones below */
    KX_P_KINDS
};
enum kx_own_port {
    KX_OWN_SET,     /* the port set of the main loop */
    KX_OWN_HOST,    /* host-privileged */
    KX_OWN_MASTER,  /* device master */
    KX_OWN_CONSOLE, /* the kernel's console device */
    KX_OWN_TTY_REPLY,
    KX_OWN_IRQ,  /* the kernel's "irq" device */
    KX_OWN_MEM,  /* the kernel's "mem" device */
    KX_OWN_JOBS, /* executioners receive here */
    KX_OWN_DONE, /* and answer here */
    KX_OWN_GUARD,
    KX_OWN_GUARD_THREAD,
    KX_OWN_PSET,   /* control port of the processor set */
    KX_OWN_HOLDER, /* the task that wires memory objects, or null */
    KX_OWN_RD0,    /* the kernel's ramdisks, and the next three names */
    KX_OWN_PORTS = KX_OWN_RD0 + 4
};
#define KX_OWN(which) kx_port(KX_P_OWN, which)
#define KX_FILTERS 32 /* that are kept */

enum kx_phase {
    KX_FREE,
    KX_SPARE,  /* forked, not given anything */
    KX_ALIVE,  /* the task's current one */
    KX_DYING,  /* being held; nothing it says counts any more */
    KX_CORPSE, /* rights taken; waiting for message 72 */
};

struct kx_task;

/* One run of a driver, from fork to message 72. */
struct kx_incarnation {
    enum kx_phase phase;
    struct kx_task *task;
    unsigned number;             /* 1.. once it runs */
    bool gone;                   /* message 72 came */
    unsigned jobs;               /* that executioners have about it */
    bool searched;               /* for a right, by one of these */
    bool sent;                   /* for its autopsy, */
    bool reported;               /* which is done */
    struct kx_incarnation *next; /* of those that are not sent */
    mach_port_t previous; /* its predecessor's notification for the service */
    mach_port_t reply;    /* exception's reply right, or null */
    enum kx_cause cause;
    int code;
    uint64_t address; /* of the exception */
    bool aborting;    /* it announced an abort() */
    int exception, exception_code;
    uint64_t started, ready, died; /* microseconds; 0 is never */
    /* health */
    bool registered, watched;
    unsigned caps;              /* USRD_CAP_* that it declared */
    unsigned devices;           /* that it added */
    uint32_t limits[KX_LIMITS]; /* the line's, or what it lowered them to */
    uint64_t heartbeat;         /* of the last one */
    uint64_t asked;             /* when it was last asked for one */
    uint64_t cpu;               /* microseconds of CPU at that time */
    unsigned starved;
    unsigned seqno;    /* of its service port, when it was last seen to */
    uint64_t read;     /* read it, and */
    uint64_t read_cpu; /* what it had used then (op-timeout=) */
    unsigned probe_at; /* when that is past this, it has read the last probe */
    uint64_t silent;   /* at death */
    unsigned interrupts; /* that it was told of */
    struct {             /* when rates were last asked for */
        uint64_t at, cpu;
        unsigned interrupts, cpu_percent, irq_rate;
    } seen;
    unsigned status; /* USRD_STATUS_* that it reported */
    unsigned usage[8];
    uint64_t trace; /* address of the SDK's message ring */
    /* what it may not do, and floods */
    unsigned denied;
    unsigned messages; /* in the window that ends then, */
    uint64_t work;     /* and what they took us, where that is looked at */
    uint64_t window_end;
    bool muted;       /* its control port left the set for the window */
    uint16_t lines;   /* interrupt lines that it registered */
    bool promised;    /* it was granted a vm_allocate */
    unsigned windows; /* of mmio= that it mapped */
    bool dma;         /* its dma= memory is mapped */
    bool swollen;     /* past memory= when last looked at */
    uint64_t rings;   /* bytes of its clients' rings that it has mapped */
};

/* op-timeout=: times are the incarnation's own, which leaves out what does not
 * count (overdue.c). */
struct kx_overdue {
    uint64_t look, looked;           /* kx_now(): next, and last; 0: no limit */
    uint64_t stuck;                  /* something waits, and nothing moves */
    uint64_t cpu;                    /* of it, then */
    unsigned starved, queued;        /* how often; in all its handles */
    uint64_t paused, believed;       /* as it said: in all, and since stuck */
    uint64_t late, late_at, late_by; /* what was our fault: in all, and last */
};

/* cpu=: where its task is, and what it had. */
enum kx_throttle_stage {
    KX_T_RUNS,
    KX_T_STOPS, /* an executioner was told */
    KX_T_HELD,  /* until the window ends */
};
struct kx_throttle {
    enum kx_throttle_stage stage;
    unsigned count;       /* windows that it was held in */
    uint64_t look;        /* when to look again; 0: it has no limit */
    uint64_t since, held; /* held since then, and before that in all */
    struct kx_budget budget;
};

struct kx_task {
    struct kx_words words;
    char name[KX_NAME_MAX]; /* with .N where instances= says so */
    enum kx_state state;
    unsigned template; /* index of its template */
    unsigned instance; /* which of instances=, or 0 */
    uint16_t names;    /* the first that it may add as a device */
    uint16_t waiting;  /* the next task that waits for the same one */
    bool waits;        /* for a device: it is in its list */
    unsigned number;   /* of the last incarnation that ran */
    struct kx_incarnation *current, *spare;
    unsigned slots;    /* incarnations in any phase */
    uint64_t deadline; /* of the state; 0 is none */
    bool service_here; /* the service receive right is in our space, */
    bool stale;        /* perhaps with what was for a dead incarnation */
    unsigned handles;  /* that name it as their provider, */
    unsigned opened;   /* that it opened */
    unsigned kept;     /* settings of its handles, in keep.c; and how many of */
    unsigned wary;     /* those may be what kills it */
    bool suspended;    /* by the operator */
    mach_port_t io_perm[KX_MAX_RANGES];
    unsigned shares;                /* that it made */
    unsigned functions[KX_MAX_PCI]; /* indices, one for each pci= word */
    struct kx_history history;
    struct kx_flood flood;
    struct kx_rate irq_rate;     /* of all its lines */
    struct kx_throttle throttle; /* of the current incarnation, */
    struct kx_overdue overdue;   /* and this */
    uint64_t delay;              /* of the back-off */
    unsigned attempt;            /* which of start-limit */
    /* the last death */
    enum kx_cause cause;
    int code;
    enum kx_verdict verdict; /* on it */
    bool unquiet;  /* its device would not stop: what it knows of is pinned */
    unsigned dead; /* its incarnation */
    uint64_t died, ran, silent, outage, worst_outage;
    bool death_logged;
    uint64_t address;                         /* of an exception */
    uint64_t tsc_death, tsc_start, tsc_ready; /* of the last restart */
    unsigned deaths, errors, denied;
    unsigned faults; /* deaths that were not the operator's doing */
    uint64_t errors_since;
    unsigned errors_window;
    bool hushed; /* its denials are no longer logged one by one */
    /* as a driver */
    bool listed, counted;   /* it registered; one of USRD_MAX_DRIVERS */
    unsigned version, caps; /* as it said at the last registration */
    char description[USRD_MAX_DRIVER_DESC] __attribute__((aligned(8)));
};

enum kx_handle_state {
    KX_H_FREE,
    KX_H_HELD,  /* we have the receive right; its provider is not ready */
    KX_H_ASKED, /* the driver has it and was told to open the device */
    KX_H_OPEN,
    KX_H_CLOSING, /* the driver was told to close it */
    KX_H_DOWN,    /* we have it and answer RESULT for it */
    KX_H_KDEV,    /* a kernel device: we forward what may pass */
};

/* An open device, as a client holds it. */
struct kx_handle {
    enum kx_handle_state state;
    bool unused;         /* no senders any more */
    unsigned task;       /* index of the provider, */
    unsigned opener;     /* of the client */
    unsigned in;         /* the incarnation that last had it, */
    unsigned char tries; /* of names for it there; 0: it has it */
    mach_port_t there;   /* and its name for it */
    unsigned kdev;       /* of KX_H_KDEV */
    unsigned mode;
    int result;                    /* of KX_H_DOWN */
    struct kx_incarnation *client; /* while its open is unanswered, */
    mach_port_t reply;             /* to this right */
    int open_id;                   /* the open's: there are two of it */
    struct kx_device *device;      /* null of KX_H_KDEV */
    struct kx_device *via;         /* which is a window of that, or null: */
    uint64_t first, count;         /* of its records; 0, 0: all */
    struct kx_ring *ring;          /* or null */
    const char *name;
    unsigned char kept, filter; /* what it was told: blocks of keep.c, or 0 */
    unsigned char deaths;       /* of incarnations that were told it again */
    unsigned qlimit;            /* of its queue; 0: the kernel's */
    unsigned seqno;             /* when its queue was last seen to move, */
    uint64_t still;             /* since when it does not, */
    unsigned ahead;             /* and what waited before that, plus one */
};

extern struct kx_task kx_tasks[KX_MAX_TASKS];
extern unsigned kx_n_tasks;
extern struct kx_incarnation kx_incarnations[KX_MAX_INCARNATIONS];
extern struct kx_machine kx_machine;

struct kx_options {
    uint16_t debug_exit; /* port of isa-debug-exit, or 0 */
    uint64_t kill_every; /* microseconds, or 0 */
    bool guard_halts;
    bool invalidate_registers; /* do not have the IOMMU forget by its queue */
    enum { KX_IOMMU_IS_AUTO, KX_IOMMU_IS_REQUIRED, KX_IOMMU_IS_OFF } iommu;
    char log_level;
};
extern struct kx_options kx_options;

static inline unsigned kx_slot(const struct kx_incarnation *i)
{
    return (unsigned)(i - kx_incarnations);
}
static inline unsigned kx_task_index(const struct kx_task *t)
{
    return (unsigned)(t - kx_tasks);
}

/* A log line about task T; about its current incarnation unless told. */
#define kx_tlog(sev, t, verb, ...) \
    kx_log(sev, (t)->name, (t)->number, verb, __VA_ARGS__)

#include "files.h"

#endif
