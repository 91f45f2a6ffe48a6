/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The list of drivers, from kernel-ext's words to the structures of the API;
 * and what a client says of one of them. */
#include <string.h>

#include <mach/mach.h>
#include <userspace_driver.h>

#include <usrd/client.h>

/* SIZE bytes of names, each with its zero; how many there are. */
static unsigned names(const char *page, mach_msg_type_number_t size,
                      char to[][USRD_MAX_DEVICE_NAME])
{
    unsigned n = 0;

    for (mach_msg_type_number_t at = 0;
         at < size && n < USRD_MAX_DEVICES_PER_DRIVER; n++) {
        strncpy(to[n], page + at, USRD_MAX_DEVICE_NAME - 1);
        at += (mach_msg_type_number_t)strlen(page + at) + 1;
    }
    return n;
}

kern_return_t usrd_driver_list(unsigned index, struct usrd_driver_entry *entry)
{
    usrd_list_t list;
    usrd_page_t page;
    mach_msg_type_number_t size = sizeof page;

    memset(entry, 0, sizeof *entry);
    kern_return_t kr =
        usrd_msg_driver_list(mach_task_self(), index, entry->info.name,
                             entry->info.description, list, page, &size);
    if (kr != KERN_SUCCESS)
        return kr;
    entry->info.version_major = (unsigned)list[USRD_LIST_VERSION] >> 16;
    entry->info.version_minor = (unsigned)list[USRD_LIST_VERSION] & 0xffff;
    entry->info.capabilities = (unsigned)list[USRD_LIST_CAPS];
    for (unsigned n = 0; n < 8; n++)
        entry->info.resource_limits[n] = (unsigned)list[USRD_LIST_LIMITS + n];
    entry->usage = (struct usrd_resource_usage){
        .memory_kb = (unsigned)list[USRD_LIST_MEMORY_KB],
        .cpu_percent = (unsigned)list[USRD_LIST_CPU_PERCENT],
        .io_ops_active = (unsigned)list[USRD_LIST_IO_OPS],
        .interrupt_rate = (unsigned)list[USRD_LIST_INTERRUPTS],
        .avg_response_time = (unsigned)list[USRD_LIST_RESPONSE_US],
        .error_count = (unsigned)list[USRD_LIST_ERRORS],
        .recovery_count = (unsigned)list[USRD_LIST_RECOVERIES],
        .uptime_seconds = (unsigned)list[USRD_LIST_UPTIME_S],
    };
    entry->state = (enum usrd_task_state)list[USRD_LIST_STATE];
    entry->status = (driver_status_t)list[USRD_LIST_STATUS];
    entry->generation = (unsigned)list[USRD_LIST_GENERATION];
    entry->n_devices = names(page, size, entry->devices);
    return KERN_SUCCESS;
}

kern_return_t usrd_complain(const char *driver, unsigned generation,
                            const char *why)
{
    usrd_name_t name = {0};
    usrd_text_t text = {0};

    strncpy(name, driver, sizeof name - 1);
    strncpy(text, why, sizeof text - 1);
    return usrd_msg_complain(mach_task_self(), name, generation, text);
}
