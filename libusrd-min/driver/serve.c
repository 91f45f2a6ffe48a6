/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client's request: from Mach's device protocol to a callback.  MIG's stub
 * checks the message and calls ds_device_*; what those do not exist for is
 * answered D_INVALID_OPERATION (libusrd-min.ninja), an unknown message
 * MIG_BAD_ID. */
#include <string.h>

#include "device_server.h"
#include "driver.h"

struct usrd_request usrd_request USRD_HOT;

/* Drop all that REQUEST carries but the right to reply. */
static void drop_body(mach_msg_header_t *request)
{
    request->msgh_remote_port = MACH_PORT_NULL;
    mach_msg_destroy(request);
}

/* What MIG's stub says of an answer's data does not hold here: a read's is
 * malloc's, and cannot be given; the right to map memory is given. */
static void complex_answer(mig_reply_header_t *reply)
{
    mach_msg_type_t *type = (mach_msg_type_t *)(reply + 1);

    if (usrd_request.id == 2804)
        type->msgt_deallocate = FALSE;
    else
        type->msgt_name = MACH_MSG_TYPE_MOVE_SEND;
}

/* The answer to a request that was not deferred. */
static mach_msg_size_t answer(mach_msg_header_t *request,
                              mig_reply_header_t *reply)
{
    if (reply->RetCode == MIG_NO_REPLY) { /* and never will be */
        mach_msg_destroy(request);
        return 0;
    }
    if (reply->RetCode != KERN_SUCCESS) {
        drop_body(request);
        usrd_error_body(reply, usrd_request.id);
    } else if (reply->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) {
        complex_answer(reply);
    }
    if (usrd_request.reply_type != MACH_MSG_TYPE_PORT_SEND_ONCE) {
        usrd_drop_reply(usrd_request.reply); /* sending there could block */
        usrd_drop_reply(usrd_reply_object(reply));
        return 0;
    }
    return reply->Head.msgh_size;
}

mach_msg_size_t usrd_serve(mach_msg_header_t *request,
                           mig_reply_header_t *reply)
{
    usrd_request = (struct usrd_request){
        .id = request->msgh_id,
        .handle = USRD_HANDLE_OF(request->msgh_local_port),
        .reply = request->msgh_remote_port,
        .reply_type = MACH_MSGH_BITS_REMOTE(request->msgh_bits),
    };
    if (request->msgh_remote_port == MACH_PORT_DEAD) {
        mach_msg_destroy(request); /* its client is gone: never run it late */
        return 0;
    }
    if (usrd_the_driver.limits[USRD_RESOURCE_TIMEOUT])
        usrd_request.since = usrd_now();
    device_server(request, &reply->Head);
    if (usrd_request.op &&
        (reply->RetCode == MIG_NO_REPLY || !usrd_op_cancel(usrd_request.op)))
        return 0;
    if (usrd_the_driver.limits[USRD_RESOURCE_BANDWIDTH])
        usrd_charge(usrd_request.moved);
    return answer(request, reply);
}

void usrd_served(void)
{
    if (usrd_request.data) {
        usrd_free(&usrd_the_driver, usrd_request.data, 0);
        usrd_request.data = NULL;
    }
}

/* The handle that is asked, or why it cannot answer. */
static kern_return_t look_up(mach_port_t device, const void *callback,
                             const struct usrd_handle **handle)
{
    const struct usrd_handle *h = usrd_handle(USRD_HANDLE_OF(device));

    if (!h || !h->open)
        return D_NO_SUCH_DEVICE;
    if (usrd_the_driver.suspended)
        return D_DEVICE_DOWN;
    if (!callback)
        return D_INVALID_OPERATION;
    *handle = h;
    return KERN_SUCCESS;
}

#define LOOK_UP(device, member)                                              \
    usrd_driver_t d = &usrd_the_driver;                                      \
    const struct usrd_handle *h;                                             \
    USRD_CHECK_RETURN(look_up((device), (const void *)d->call->member, &h)); \
    void *context = h->context

kern_return_t ds_device_close(mach_port_t device)
{
    unsigned number = USRD_HANDLE_OF(device);

    if (!usrd_handle(number) || !usrd_handle(number)->open)
        return D_NO_SUCH_DEVICE;
    usrd_handle_close(number);
    return KERN_SUCCESS;
}

static kern_return_t read_some(mach_port_t device, dev_mode_t mode,
                               recnum_t recnum, int wanted, void **data,
                               vm_size_t *got)
{
    LOOK_UP(device, device_read);
    *data = NULL;
    *got = 0;
    if (wanted < 0)
        return D_INVALID_SIZE;
    if (h->window.count)
        USRD_CHECK_RETURN(
            usrd_window_move(&h->window, &recnum, (vm_size_t)wanted));
    kern_return_t kr = d->call->device_read(d, context, mode, recnum,
                                            (vm_size_t)wanted, data, got);
    if (kr == KERN_SUCCESS && *got > (vm_size_t)wanted)
        *got = (vm_size_t)wanted;
    if (kr == KERN_SUCCESS) {
        usrd_request.data = *data;
        usrd_request.moved = *got;
    }
    return kr;
}

kern_return_t ds_device_read(mach_port_t device, mach_port_t reply,
                             mach_msg_type_name_t reply_type, dev_mode_t mode,
                             recnum_t recnum, int wanted, io_buf_ptr_t *data,
                             mach_msg_type_number_t *count)
{
    vm_size_t got;
    void *found;

    (void)reply, (void)reply_type;
    USRD_CHECK_RETURN(read_some(device, mode, recnum, wanted, &found, &got));
    *data = found;
    *count = (mach_msg_type_number_t)got;
    return KERN_SUCCESS;
}

kern_return_t ds_device_read_inband(mach_port_t device, mach_port_t reply,
                                    mach_msg_type_name_t reply_type,
                                    dev_mode_t mode, recnum_t recnum,
                                    int wanted, io_buf_ptr_inband_t data,
                                    mach_msg_type_number_t *count)
{
    vm_size_t got;
    void *found;

    (void)reply, (void)reply_type;
    if (wanted > IO_INBAND_MAX)
        wanted = IO_INBAND_MAX;
    USRD_CHECK_RETURN(read_some(device, mode, recnum, wanted, &found, &got));
    if (got > 0)
        memcpy(data, found, got);
    *count = (mach_msg_type_number_t)got;
    usrd_served();
    return KERN_SUCCESS;
}

/* MIG's stub compares a message's size with what the number in it makes, in
 * 32 bits: it does not see more than there is room for, nor a number for which
 * the product wraps. */
static boolean_t fits(mach_msg_type_number_t count, unsigned most)
{
    return count <= most;
}

static kern_return_t write_some(mach_port_t device, dev_mode_t mode,
                                recnum_t recnum, const char *data,
                                mach_msg_type_number_t count, int *written)
{
    vm_size_t done = 0;

    LOOK_UP(device, device_write);
    if (h->window.count)
        USRD_CHECK_RETURN(usrd_window_move(&h->window, &recnum, count));
    kern_return_t kr = d->call->device_write(
        d, context, mode, recnum, (void *)(uintptr_t)data, count, &done);
    *written = (int)done;
    if (kr == KERN_SUCCESS)
        usrd_request.moved = done;
    return kr;
}

kern_return_t ds_device_write(mach_port_t device, mach_port_t reply,
                              mach_msg_type_name_t reply_type, dev_mode_t mode,
                              recnum_t recnum, io_buf_ptr_t data,
                              mach_msg_type_number_t count, int *written)
{
    (void)reply, (void)reply_type;
    if (usrd_too_large(&usrd_the_driver, count))
        return D_NO_MEMORY;
    kern_return_t kr = write_some(device, mode, recnum, data, count, written);
    /* On an error the loop drops it, with all the message had. */
    if ((kr == KERN_SUCCESS || kr == MIG_NO_REPLY) && count > 0)
        vm_deallocate(mach_task_self(), (vm_address_t)data, count);
    return kr;
}

kern_return_t ds_device_write_inband(mach_port_t device, mach_port_t reply,
                                     mach_msg_type_name_t reply_type,
                                     dev_mode_t mode, recnum_t recnum,
                                     const io_buf_ptr_inband_t data,
                                     mach_msg_type_number_t count, int *written)
{
    (void)reply, (void)reply_type;
    if (!fits(count, IO_INBAND_MAX))
        return MIG_BAD_ARGUMENTS;
    return write_some(device, mode, recnum, data, count, written);
}

kern_return_t ds_device_get_status(mach_port_t device, dev_flavor_t flavor,
                                   dev_status_t status,
                                   mach_msg_type_number_t *count)
{
    LOOK_UP(device, device_get_status);
    if (h->window.count &&
        (flavor == DEV_GET_SIZE || flavor == DEV_GET_RECORDS))
        return usrd_window_status(&h->window, flavor, status, count);
    mach_msg_type_number_t room = *count;
    kern_return_t kr =
        d->call->device_get_status(d, context, flavor, status, count);
    if (*count > room)
        *count = room;
    return kr;
}

kern_return_t ds_device_set_status(mach_port_t device, dev_flavor_t flavor,
                                   const dev_status_t status,
                                   mach_msg_type_number_t count)
{
    LOOK_UP(device, device_set_status);
    if (!fits(count, DEV_STATUS_MAX))
        return MIG_BAD_ARGUMENTS;
    if (h->window.count && count > 0)
        return D_INVALID_OPERATION; /* they may name records of the device */
    struct usrd_setting s = {flavor, count, status, MACH_PORT_NULL};
    usrd_setting_begins(&s);
    return usrd_setting_ends(
        d->call->device_set_status(d, context, flavor, status, count));
}

kern_return_t ds_device_set_filter(mach_port_t device, mach_port_t port,
                                   int priority, const filter_array_t filter,
                                   mach_msg_type_number_t count)
{
    LOOK_UP(device, device_set_filter);
    if (!fits(count, USRD_FILTER_WORDS))
        return MIG_BAD_ARGUMENTS;
    if (h->window.count)
        return D_INVALID_OPERATION; /* it would be of the whole device */
    if (port >= USRD_PORT_HANDLE(0) &&
        port < USRD_PORT_HANDLE(USRD_HANDLE_NAMES * USRD_MAX_HANDLES))
        return D_INVALID_OPERATION; /* a handle that would hold itself open */
    struct usrd_setting s = {(dev_flavor_t)priority, count, filter, port};
    usrd_setting_begins(&s);
    return usrd_setting_ends(
        d->call->device_set_filter(d, context, port, priority, filter, count));
}

kern_return_t ds_device_map(mach_port_t device, vm_prot_t prot,
                            vm_offset_t offset, vm_size_t size,
                            mach_port_t *object, int unmap)
{
    void *memory = NULL;

    (void)unmap;
    LOOK_UP(device, device_map);
    if (h->window.count)
        return D_INVALID_OPERATION; /* it would be of the whole device */
    USRD_CHECK_RETURN(
        d->call->device_map(d, context, prot, offset, size, &memory));
    return usrd_share_object(memory, size, prot, object);
}
