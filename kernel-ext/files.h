/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What kernel-ext's files do for each other, file by file; kx.h, which has the
 * structures, includes this. */
#ifndef KX_FILES_H
#define KX_FILES_H

/* boot.c: options, templates, module lines. */
void kx_boot(int argc, char **argv);
const struct i386_thread_state *kx_template_state(unsigned template);
const char *kx_name_instance(const char *name, unsigned n); /* "NAME.N" */

/* clock.c */
void kx_clock_init(void);
uint64_t kx_now(void); /* microseconds since we started */
void kx_clock_refine(void);
uint64_t kx_tsc_khz(void); /* counts of it in a millisecond */
#define KX_NEVER UINT64_MAX

/* task.c: the table applied. */
void kx_task_instance(struct kx_task *t, unsigned n);
void kx_tasks_start(void);
bool kx_event(struct kx_task *t, enum kx_event event); /* false: refused */

/* timers.c */
void kx_arm(struct kx_task *t, uint64_t deadline); /* of its state; 0: none */
uint64_t kx_next_timer(void);
void kx_timers(void);                /* run what is due */
void kx_timer_at(uint64_t deadline); /* one more that kx_timers minds */
uint64_t kx_later(uint64_t time, uint64_t late, uint64_t now); /* excused */
void kx_excuse(uint64_t late, uint64_t now); /* all: we were */

/* throttle.c: cpu=. */
void kx_throttle_start(struct kx_incarnation *i); /* its limit is set, or new */
void kx_throttle_stopped(struct kx_incarnation *i);
uint64_t kx_throttle_tick(uint64_t now);           /* look; when next */
bool kx_throttled(const struct kx_task *t);        /* it is held back now */
uint64_t kx_throttled_us(const struct kx_task *t); /* of this incarnation */

/* health.c: the watchdog. */
void kx_heard(struct kx_incarnation *i); /* a heartbeat */
void kx_health_arm(struct kx_task *t);   /* when to look at it next */
void kx_health_check(struct kx_task *t); /* its deadline has passed */
void kx_health_late(struct kx_task *t);  /* the same, not being ready yet */

/* overdue.c: op-timeout=. */
void kx_overdue_start(struct kx_incarnation *i);
void kx_overdue_heard(struct kx_incarnation *i); /* a heartbeat */
void kx_overdue_excuse(uint64_t late, uint64_t now);
uint64_t kx_overdue_tick(uint64_t now); /* look; when next */
/* How often it has to be heard of for it; 0: no matter. */
uint64_t kx_overdue_period(const struct kx_incarnation *i);
/* Could it run, and was not let, since it had used so much of the processor? */
bool kx_overdue_starved(struct kx_incarnation *i, uint64_t cpu);

/* spawn.c: forks and hand-over. */
void kx_warm(struct kx_incarnation *i); /* warm.c: a spare's first pages */
bool kx_spawn(struct kx_task *t);       /* false: no memory, or too many dead */
void kx_spare_drop(struct kx_task *t);  /* it will not be needed soon */
bool kx_serves_first(const struct kx_task *t); /* put off what can wait */
void kx_corpse(struct kx_incarnation *i);      /* it is one now */
void kx_reap(struct kx_incarnation *i); /* free it if nothing is left to do */
void kx_background_wake(void);          /* there is something to do */
bool kx_background_pending(void);
void kx_background(void); /* one piece of it */

/* death.c */
void kx_kill(struct kx_incarnation *i, enum kx_cause cause, int code);
void kx_exception(struct kx_incarnation *i, mach_msg_header_t *msg);
void kx_held(struct kx_incarnation *i);
void kx_bury(struct kx_incarnation *i); /* message 72 */
void kx_log_death(struct kx_task *t);   /* unless it was logged already */

/* operator.c: may a task with that grant use routine ID? */
bool kx_operator_may(enum kx_operator granted, int id);

/* deaths.c: the operator's table of them. */
void kx_deaths_add(const struct kx_task *t);  /* the last one of T */
void kx_deaths_over(const struct kx_task *t); /* its outage is known */

/* executioner.c */
enum kx_job_kind {
    KX_JOB_HOLD,
    KX_JOB_AUTOPSY,
    KX_JOB_PAUSE,
    KX_JOB_THROTTLE,
    KX_JOB_SEARCH,
    KX_JOB_EMPTY, /* its map of all memory */
    KX_JOB_DROP
};
void kx_executioners_start(void);
void kx_job(enum kx_job_kind kind, struct kx_incarnation *i);
bool kx_job_drop(const mach_port_t *names, unsigned count, unsigned type);
void kx_jobs_done(void);
bool kx_report_one(void);
bool kx_autopsy_room(void); /* for one more */
void kx_jobs_excuse(uint64_t late);
uint64_t kx_job_deadlines(uint64_t now); /* judge; the next one */

/* death.c */
mach_port_t kx_extract(struct kx_incarnation *i, mach_port_t name);

/* thief.c: take what is ours from TASK; true if there was something. */
bool kx_search(mach_port_t task);
void kx_search_all(void); /* it has to be with some task */
bool kx_search_one(void);

/* crash.c: what an autopsy found, and its lines in the log. */
#define KX_FRAMES 12
struct kx_autopsy {
    bool have_state;
    struct i386_thread_state state;
    unsigned n_frames;
    uint64_t frames[KX_FRAMES];
    unsigned n_last;
    unsigned last[USRD_TRACE_IDS];
};
/* autopsy.c; in an executioner. */
void kx_look(struct kx_incarnation *i, struct kx_autopsy *a);
/* In the main loop. */
void kx_crash_report(struct kx_incarnation *i, const struct kx_autopsy *a);

/* interpose.c: kernel calls of a task on itself. */
bool kx_interpose(struct kx_incarnation *i, mach_msg_header_t *msg);
void kx_deny(struct kx_incarnation *i, const char *fmt, ...);
void kx_deny_name(struct kx_incarnation *i, const char *name);

/* ioports.c, mmio.c, irq.c: the grants at work. */
void kx_ports_grant(struct kx_incarnation *i);
kern_return_t kx_ports_allow(mach_port_t task, uint64_t first, uint64_t last);
kern_return_t kx_mmio_map(struct kx_incarnation *i, uint64_t physical,
                          uint64_t size, vm_offset_t *address);
void kx_line_interrupt(unsigned line);
/* The line that interrupted last is to be acknowledged: the message, and how
 * long it is; 0: none is. */
unsigned kx_line_ack(mach_msg_header_t *msg);
/* control.c */
bool kx_line_granted(const struct kx_task *t, uint64_t line);
bool kx_mmio_granted(const struct kx_task *t, uint64_t first, uint64_t last);
/* irq.c */
void kx_lines_tick(uint64_t now);
/* irq-rate=: when the driver may have the next interrupt, 0 is now; and let
 * through those that may come, when next. */
uint64_t kx_line_due(struct kx_incarnation *i);
uint64_t kx_lines_due(uint64_t now);
void kx_lines_look(uint64_t due); /* no later than that, too */
void kx_lines_excuse(uint64_t late, uint64_t now);
void kx_lines_held(const struct kx_task *t, uint64_t held, uint64_t now);
kern_return_t kx_line_register(struct kx_incarnation *i, unsigned line);
void kx_line_done(struct kx_incarnation *i, unsigned line);
void kx_lines_release(struct kx_incarnation *i);

/* share.c, map.c, dma.c, on object.c: memory that outlives a driver. */
bool kx_shares_map(struct kx_incarnation *i); /* into a new one */
kern_return_t kx_map_examine(struct kx_incarnation *i, mach_msg_header_t *msg);
void kx_map_message(unsigned index, mach_msg_header_t *msg);
bool kx_dma_make(struct kx_task *t); /* false: there is not as much */
kern_return_t kx_dma_map(struct kx_incarnation *i);

/* config.c: give up what is not used; when to look again. */
uint64_t kx_config_tick(uint64_t now);

/* bell.c, ring_driver.c */
int kx_bell_refs(mach_port_t port);
void kx_bells_tick(void);                            /* ring all clients */
void kx_rings_forget(struct kx_incarnation *client); /* a client is dead */
void kx_rings_died(const struct kx_incarnation *i);  /* a driver is */
/* It has unregistered, or is dead, and its device does with them nothing any
 * more (QUIET), or may always. */
void kx_rings_over(struct kx_task *t, bool quiet);
/* Has it rings whose clients are gone, so that they would be used again? */
bool kx_rings_orphaned(const struct kx_task *t);

/* registry.c: drivers and their devices. */
void kx_names_build(void); /* when there are all tasks */
struct kx_task *kx_task_find(const char *name);
struct kx_task *kx_provider(const char *name); /* whose line says so */
const char *kx_needs(const struct kx_task *t); /* what is not there yet */
void kx_needs_wait(struct kx_task *t, const char *name);
void kx_driver_ready(struct kx_task *t); /* with what it has added by now */
void kx_driver_down(struct kx_task *t);  /* it is failed or stopped */

struct kx_device *kx_name_own(const struct kx_task *t, const char *name);
bool kx_device_name_ok(struct kx_incarnation *i, const char *name);
void kx_device_there(struct kx_device *d); /* who waits for it may start */
struct kx_device *kx_name_first(const struct kx_task *t); /* that it may add */
struct kx_device *kx_name_next(const struct kx_device *d);

/* list.c: what others may know. */
enum usrd_task_state kx_shown_state(const struct kx_task *t);
unsigned kx_generation(const struct kx_task *t);   /* as clients count them */
unsigned kx_shown_status(const struct kx_task *t); /* USRD_STATUS_* */

/* device.c: device_open. */
kern_return_t kx_may_open(struct kx_incarnation *client, const char *name);
/* What opening NAME has to expect: KERN_SUCCESS, now or when the driver is
 * ready, and then the device, NULL for one of the kernel's; or the error. */
int kx_device_find(struct kx_incarnation *client, const char *name,
                   unsigned mode, struct kx_device **device);
void kx_device_open(struct kx_incarnation *client, mach_msg_header_t *msg);
int kx_device_state(const struct kx_device *d);

/* handle.c, and replay.c towards the driver: open devices, kept across
 * restarts. */
struct kx_handle *kx_handle_new(struct kx_incarnation *client, const char *name,
                                unsigned mode, mach_port_t reply);
void kx_handle_kdev(struct kx_handle *h, unsigned kdev);
void kx_handle_wait(struct kx_handle *h, struct kx_device *d);
void kx_handles_replay(struct kx_task *t);      /* the task is ready */
void kx_handles_take(struct kx_incarnation *i); /* it is dead */
void kx_handles_tick(void);                     /* once a second */
void kx_handles_down(struct kx_task *t);        /* it is failed or stopped */
void kx_handles_forget(struct kx_incarnation *client); /* a client is dead */
void kx_handles_end(const struct kx_device *window);   /* those through it */
void kx_handle_opened(struct kx_incarnation *i, unsigned handle, int result);
void kx_handle_closed(struct kx_incarnation *i, unsigned handle);
void kx_handle_message(unsigned handle, mach_msg_header_t *msg);
bool kx_handle_promised(unsigned handle); /* its send right is not given yet */
void kx_handle_notify(unsigned handle, mach_msg_header_t *msg);

/* keep.c: what a handle was told, for the next incarnation. */
struct kx_kept {
    unsigned n;
    const uint32_t *words; /* flavor, count, words; and again */
    mach_port_t port;      /* of a filter, or null */
    int priority;
    unsigned filter_n;
    const short *filter;
};
kern_return_t kx_keep(struct kx_incarnation *i, unsigned handle,
                      uint32_t flavor, const uint32_t *words, unsigned count);
kern_return_t kx_keep_filter(struct kx_incarnation *i, unsigned handle,
                             mach_port_t port, int priority,
                             const short *filter, unsigned count);
bool kx_kept(struct kx_handle *h, struct kx_kept *kept); /* is there some? */
void kx_keep_drop(struct kx_handle *h);
bool kx_keep_died(struct kx_handle *h);     /* while it was told again, */
void kx_keep_survived(struct kx_handle *h); /* or not */
struct kx_handle *kx_keep_oldest(const struct kx_task *t);
int kx_keep_refs(mach_port_t port);

/* tty.c: the log's way out. */
mach_port_t kx_open_own(const char *name, enum kx_own_port as);
void kx_tty_init(void);
void kx_tty_pump(void);
void kx_tty_reply(mach_msg_header_t *msg);
void kx_tty_flush(uint64_t until); /* wait for the ring to drain */

/* kdev.c: the kernel's devices, for tasks. */
#define KX_KEYS 8 /* reads of the console that may wait */
void kx_keys(unsigned n, mach_msg_header_t *msg);
void kx_kdev_message(struct kx_handle *h, mach_msg_header_t *msg);
unsigned kx_kdev_named(const char *name); /* its KX_KDEV_* bit, or 0 */
const char *kx_kdev_name(unsigned kdev);

/* service.c: messages to a driver's loop; false if it does not read them. */
bool kx_service_open(struct kx_task *t, const struct kx_handle *h,
                     const char *name);
bool kx_service_reopen(struct kx_task *t, const struct kx_handle *h,
                       const char *name, const struct kx_kept *kept,
                       const usrd_ring_words_t words, mach_port_t bell);
bool kx_service_open_ring(struct kx_task *t, const struct kx_handle *h,
                          const char *name, const usrd_ring_words_t words,
                          mach_port_t bell);
bool kx_service_close(struct kx_task *t, unsigned handle);
bool kx_service_interrupt(struct kx_task *t, unsigned line);
bool kx_service_interrupt_status(struct kx_task *t, unsigned line,
                                 uint32_t status, bool answer);
bool kx_service_probe(struct kx_task *t);
bool kx_service_stop(struct kx_task *t);
bool kx_service_suspend(struct kx_task *t);
bool kx_service_resume(struct kx_task *t);

/* guard.c */
void kx_guard_adopt(mach_port_t thread, const struct i386_thread_state *state);
void kx_guard_start(mach_port_t task);
void kx_guard_tick(void);

/* halt.c */
void kx_halt(unsigned how, unsigned status) __attribute__((noreturn));

/* quota.c: memory=. */
void kx_quota_init(void);
void kx_quota_set(const struct kx_incarnation *i); /* tell the kernel */
bool kx_quota_allows(const struct kx_incarnation *i, uint64_t size);
uint64_t kx_quota_tick(uint64_t now); /* look; when next */

/* memory.c: what the machine has left. */
bool kx_memory_allows(struct kx_incarnation *i, uint64_t more);
bool kx_memory_spare(uint64_t more); /* has the machine as much to give? */
uint64_t kx_free_pages(void);
uint64_t kx_memory_tick(uint64_t now);
uint64_t kx_resident_of(mach_port_t task, uint64_t *virtual_size);
uint64_t kx_resident(struct kx_incarnation *i, uint64_t *virtual_size);
uint64_t kx_cpu(struct kx_incarnation *i, bool *runnable);

/* hoard.c: what a task has of the kernel's memory by its ports. */
struct kx_hoard {
    uint64_t pages, messages;
};
struct kx_hoard kx_hoard(struct kx_incarnation *i);

/* ports.c: our port names. */
mach_port_t kx_port(enum kx_port_kind kind, unsigned index);
enum kx_port_kind kx_port_kind(mach_port_t name);
unsigned kx_port_index(mach_port_t name);
void kx_port_is(enum kx_port_kind kind, unsigned index, mach_port_t name);
void kx_port_forget(enum kx_port_kind kind, unsigned index);
kern_return_t kx_port_make(enum kx_port_kind kind, unsigned index);
kern_return_t kx_port_make_send(mach_port_t name);
kern_return_t kx_port_listen(mach_port_t name); /* in the main loop's set */
kern_return_t kx_port_ignore(mach_port_t name);
void kx_port_destroy(enum kx_port_kind kind, unsigned index);

/* main.c.  What was begun then, for I, is done: who has us work for nine tenths
 * of a window is not listened to for the next.  Nothing of it is refused. */
void kx_worked(struct kx_incarnation *i, uint64_t began);

/* msg.c: messages by hand. */
bool kx_msg_is(const mach_msg_type_t *t, unsigned name, unsigned bits,
               unsigned number);
unsigned kx_msg_rights(const mach_msg_header_t *msg);
#define KX_RIGHTS_FEW 64 /* more in one message are nobody's business */
void kx_drop_ports(const mach_port_t *names, unsigned count, unsigned type);
void kx_msg_destroy(mach_msg_header_t *msg); /* and every right in it */
void kx_reply_error(mach_msg_header_t *request, kern_return_t result);
kern_return_t kx_send(mach_msg_header_t *msg); /* time-out 0 */
void kx_drop(mach_port_t name, mach_port_right_t right);

#endif
