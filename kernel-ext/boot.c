/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From the kernel's hand-over to the first driver: our own words, the
 * templates that the kernel loaded, their module lines. */
#include "kx.h"

#include "gnumach.h"
#include "mach_host.h"
#include "device.h"
#include "mach_port.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iommu.h"
#include "pci.h"
#include "values.h"

#define STACK_TOP 0x800000000000ull
#define ARENA (128 * 1024)

struct kx_options kx_options = {.log_level = 'I'};
struct kx_machine kx_machine;

/* The words of all module lines. */
static char arena[ARENA];
static size_t arena_used;

static struct template
{
    struct i386_thread_state state; /* the kernel's, for its first thread */
    char *words[KX_MAX_WORDS];
    int n_words;
}
templates[KX_MAX_TEMPLATES];
static unsigned n_templates;
static int guard = -1;

const struct i386_thread_state *kx_template_state(unsigned template)
{
    return &templates[template].state;
}

/* ---- our own module line ---- */

static bool option(const char *arg, const char *name, const char **value)
{
    size_t n = strlen(name);
    if (strncmp(arg, name, n) != 0 || arg[n] != '=')
        return false;
    *value = arg + n + 1;
    return true;
}

static void is_own(mach_port_t from, enum kx_own_port to)
{
    kx_port_is(KX_P_OWN, to, from);
}

/* The control port of the only processor set: all tasks, all priorities. */
static void find_processor_set(void)
{
    mach_port_t name, control;
    processor_set_default(KX_OWN(KX_OWN_HOST), &name);
    host_processor_set_priv(KX_OWN(KX_OWN_HOST), name, &control);
    mach_port_deallocate(mach_task_self(), name);
    is_own(control, KX_OWN_PSET);
}

static bool iommu(const char *v)
{
    static const char *const words[] = {"auto", "require", "off"};
    for (unsigned n = 0; n < 3; n++)
        if (strcmp(v, words[n]) == 0) {
            kx_options.iommu = n;
            return true;
        }
    return false;
}

static void options(int argc, char **argv)
{
    const char *v;
    for (int n = 1; n < argc; n++) {
        const char *a = argv[n];
        if (option(a, "--host-priv-port", &v))
            is_own((mach_port_t)strtoul(v, NULL, 10), KX_OWN_HOST);
        else if (option(a, "--device-master-port", &v))
            is_own((mach_port_t)strtoul(v, NULL, 10), KX_OWN_MASTER);
        else if (option(a, "--debug-exit", &v))
            kx_options.debug_exit = (uint16_t)strtoul(v, NULL, 0);
        else if (option(a, "--kill-every", &v) &&
                 kx_parse_duration(v, &kx_options.kill_every))
            ;
        else if (option(a, "--guard", &v) &&
                 (strcmp(v, "halt") == 0 || strcmp(v, "reboot") == 0))
            kx_options.guard_halts = v[0] == 'h';
        else if (option(a, "--iommu", &v) && iommu(v))
            ;
        else if (option(a, "--invalidate", &v) && strcmp(v, "registers") == 0)
            kx_options.invalidate_registers = true;
        else if (option(a, "--log-level", &v) && v[0] && strchr("EWNID", v[0]))
            kx_options.log_level = v[0];
        else {
            char q[64];
            kx_log('E', NULL, 0, "refuse", "word=%s why=\"unknown option\"",
                   kx_log_quote(a, 60, q, sizeof q));
        }
    }
}

/* ---- the templates ---- */

/* Read what the kernel left on the stack of a template: argc, argv[] and the
 * strings, up to the stack's top. */
static bool read_words(mach_port_t task, struct template *t)
{
    vm_offset_t sp = t->state.ursp & ~0xfffull, data;
    mach_msg_type_number_t size;
    if (vm_read(task, sp, STACK_TOP - sp, &data, &size) != KERN_SUCCESS)
        return false;
    const char *base = (const char *)data;
    uint64_t at = t->state.ursp - sp;
    uint64_t argc = *(const uint64_t *)(base + at);
    bool ok = argc > 0;
    t->n_words = 0;
    for (uint64_t n = 0; ok && n < argc && n < KX_MAX_WORDS - 1; n++) {
        uint64_t p = *(const uint64_t *)(base + at + 8 + n * 8) - sp;
        ok = p < size;
        if (!ok)
            break;
        size_t len = strnlen(base + p, size - p);
        if (arena_used + len + 1 > ARENA)
            break;
        char *word = arena + arena_used;
        memcpy(word, base + p, len);
        word[len] = 0;
        arena_used += len + 1;
        t->words[t->n_words++] = word;
    }
    vm_deallocate(mach_task_self(), data, size);
    return ok;
}

/* A template is a task with one thread that never ran. */
static bool adopt(mach_port_t task)
{
    thread_t *threads;
    mach_msg_type_number_t n, count = i386_THREAD_STATE_COUNT;
    struct task_basic_info info;
    mach_msg_type_number_t info_count = TASK_BASIC_INFO_COUNT;

    if (n_templates == KX_MAX_TEMPLATES ||
        task_info(task, TASK_BASIC_INFO, (task_info_t)&info, &info_count) !=
            KERN_SUCCESS ||
        info.suspend_count != 1 ||
        task_threads(task, &threads, &n) != KERN_SUCCESS)
        return false;

    struct template *t = &templates[n_templates];
    bool ok =
        n == 1 &&
        thread_get_state(threads[0], i386_REGS_SEGS_STATE,
                         (thread_state_t)&t->state, &count) == KERN_SUCCESS &&
        read_words(task, t);
    if (ok && strcmp(t->words[0], "guard") == 0) {
        guard = (int)n_templates;
        kx_guard_adopt(threads[0], &t->state);
    } else {
        for (unsigned k = 0; k < n; k++)
            mach_port_deallocate(mach_task_self(), threads[k]);
    }
    vm_deallocate(mach_task_self(), (vm_offset_t)threads, n * sizeof *threads);
    if (!ok)
        return false;
    kx_port_is(KX_P_TEMPLATE, n_templates, task);
    n_templates++;
    return true;
}

static void adopt_all(void)
{
    task_t *tasks;
    mach_msg_type_number_t n;

    if (processor_set_tasks(KX_OWN(KX_OWN_PSET), &tasks, &n) != KERN_SUCCESS)
        return;
    for (unsigned k = 0; k < n; k++)
        if (tasks[k] == mach_task_self())
            continue;
        else if (!adopt(tasks[k]))
            mach_port_deallocate(mach_task_self(), tasks[k]);
    vm_deallocate(mach_task_self(), (vm_offset_t)tasks, n * sizeof *tasks);
}

/* How many modules the boot loader brought: mods_count of the multiboot
 * information, which the kernel's "mbinfo" device shows. */
static unsigned modules(void)
{
    mach_port_t device;
    uint32_t info[32];
    mach_msg_type_number_t n = sizeof info;
    if (device_open(KX_OWN(KX_OWN_MASTER), D_READ, "mbinfo", &device) !=
        KERN_SUCCESS)
        return 0;
    kern_return_t kr = device_read_inband(device, 0, 0, 24, (char *)info, &n);
    mach_port_deallocate(mach_task_self(), device);
    return kr == KERN_SUCCESS && n >= 24 ? info[5] : 0;
}

/* ---- the machine ---- */

static void look_around(void)
{
    struct host_basic_info info;
    mach_msg_type_number_t n = HOST_BASIC_INFO_COUNT;
    mach_port_t com;

    kx_machine.com1 = true; /* the console, or the kernel's all the same */
    kx_machine.pci_lines = kx_pci_scan();
    kx_machine.n_reserved_ports = kx_options.debug_exit != 0;
    kx_machine.reserved_ports[0].first = kx_options.debug_exit;
    kx_machine.reserved_ports[0].last = kx_options.debug_exit + 3;
    if (device_open(KX_OWN(KX_OWN_MASTER), D_READ | D_NODELAY | D_NOWAIT,
                    "com1", &com) == KERN_SUCCESS) {
        kx_machine.com2 = true;
        device_close(com);
        mach_port_deallocate(mach_task_self(), com);
    }
    if (host_info(mach_host_self(), HOST_BASIC_INFO, (host_info_t)&info, &n) ==
        KERN_SUCCESS)
        kx_machine.ram_top = info.memory_size;
}

/* ---- the module lines ---- */

static struct kx_words parsed[KX_MAX_TEMPLATES];
static const struct kx_words *lines[KX_MAX_TEMPLATES];
static bool accepted[KX_MAX_TEMPLATES];
static unsigned refused;

static void refuse(unsigned line, const struct kx_fault *fault)
{
    char word[36], why[90]; /* so that the reason fits on the line, too */
    accepted[line] = false;
    refused++;
    kx_pci_unclaim(line);
    kx_log('E', templates[line].words[0], 0, "refuse", "word=%s why=%s",
           kx_log_quote(fault->word, sizeof fault->word, word, sizeof word),
           kx_log_quote(fault->why, sizeof fault->why, why, sizeof why));
}

#define INSTANCE 4 /* ".256" */

/* What the names of its instances take of the arena. */
static size_t instance_names(const struct kx_words *w)
{
    size_t bytes = 0;
    for (unsigned n = 0; w->instances > 1 && n < w->n_provides; n++)
        bytes += strlen(w->provides[n]) + INSTANCE + 1;
    return bytes * w->instances;
}

const char *kx_name_instance(const char *name, unsigned n)
{
    char *at = arena + arena_used;
    size_t room = strlen(name) + INSTANCE + 1;
    snprintf(at, room, "%s.%u", name, n);
    arena_used += room;
    return at;
}

/* As many tasks and names as there is room for, whoever has them. */
static bool room(const struct kx_words *w, struct kx_fault *fault)
{
    static unsigned tasks, names;
    static size_t bytes;
    unsigned more = w->instances * (w->n_provides + 1);
    if (tasks + w->instances > KX_MAX_TASKS)
        snprintf(fault->why, sizeof fault->why, "more than %u tasks in all",
                 KX_MAX_TASKS);
    else if (names + more > KX_MAX_NAMES_ALL ||
             arena_used + bytes + instance_names(w) > ARENA)
        snprintf(fault->why, sizeof fault->why, "more than %u names in all",
                 KX_MAX_NAMES_ALL);
    else {
        tasks += w->instances;
        names += more;
        bytes += instance_names(w);
        return true;
    }
    snprintf(fault->word, sizeof fault->word, "instances=%u", w->instances);
    return false;
}

static void read_lines(void)
{
    struct kx_fault fault;
    for (unsigned n = 0; n < n_templates; n++) {
        lines[n] = &parsed[n];
        if ((int)n == guard)
            continue;
        accepted[n] = true;
        if (!kx_words_parse(&parsed[n], templates[n].n_words,
                            templates[n].words, &fault) ||
            !kx_claims_check(lines, accepted, n, &kx_machine, &fault) ||
            !room(&parsed[n], &fault) || !kx_pci_claim(n, &parsed[n], &fault))
            refuse(n, &fault);
    }
    /* Whoever needs what nobody provides, or itself; until nobody is left. */
    for (bool again = true; again;) {
        again = false;
        for (unsigned n = 0; n < n_templates; n++) {
            if (!accepted[n] ||
                kx_needs_check(lines, accepted, n_templates, n, &fault))
                continue;
            refuse(n, &fault);
            again = true;
        }
    }
}

/* One line is one task, or as many as instances= says. */
static void make_tasks(void)
{
    for (unsigned n = 0; n < n_templates; n++) {
        if (!accepted[n])
            continue;
        for (unsigned k = 1; k <= parsed[n].instances; k++) {
            struct kx_task *t = &kx_tasks[kx_n_tasks++];
            t->words = parsed[n];
            t->template = n;
            snprintf(t->name, sizeof t->name, "%s", parsed[n].name);
            if (parsed[n].instances > 1)
                kx_task_instance(t, k);
            kx_pci_give(t, n);
        }
    }
}

void kx_boot(int argc, char **argv)
{
    mach_port_t set;
    mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set);
    is_own(set, KX_OWN_SET);
    kx_clock_init();
    kx_log_init(kx_now);
    options(argc, argv);
    kx_log_level(kx_options.log_level);
    find_processor_set();
    kx_executioners_start();
    kx_tty_init();
    look_around();
    kx_iommu_find();
    kx_quota_init();
    adopt_all();
    read_lines();
    make_tasks();
    kx_iommu_begin();
    kx_names_build();

    unsigned found = modules(), used = n_templates + 1;
    kx_log('I', NULL, 0, "boot",
           "modules=%u tasks=%u refused=%u ignored=%u memory=%uM", found,
           kx_n_tasks, refused, found > used ? found - used : 0,
           (unsigned)(kx_machine.ram_top >> 20));
    kx_guard_start(kx_port(KX_P_TEMPLATE, guard < 0 ? 0 : guard));
    vm_wire_all(KX_OWN(KX_OWN_HOST), mach_task_self(), VM_WIRE_CURRENT);
    kx_tasks_start();
}
