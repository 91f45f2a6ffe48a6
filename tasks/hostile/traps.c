/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks by fast traps, which no supervisor can stand between.  On the stock
 * kernel some of them panic it; a hardened one (images/README.md) answers them
 * as it answers a trap that it does not have.  The others harm on neither. */
#include "hostile.h"

#include <mach/thread_status.h>

#define MACH_MSG 25
#define MACH_PRINT 30
#define DEVICE_WRITEV 39
#define DEVICE_WRITE 40
#define SET_SELF_STATE 77
#define NO_TRAP 78
#define FIRST_CALL 64 /* of those that are kernel calls on a port: vm_map, */
#define LAST_CALL 76  /* to thread_depress_abort */
#define TRAPS 130

static long trap(long number, long a, long b, long c)
{
    long result = -number;

    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(a), "S"(b), "d"(c), "r"(0)
                     : "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

/* The same with a flag of RFLAGS set, which is cleared behind it.  Six arguments:
 * mach_msg has seven, the last, for which it finds what is there, is not used. */
static long trap_with(unsigned long flag, long number, long a, long b, long c)
{
    long result = -number;
    register long d __asm__("r10") = 0, e __asm__("r8") = 0,
                    f __asm__("r9") = 0;

    __asm__ volatile("pushfq\n\t"
                     "pushfq\n\t"
                     "orq %[flag], (%%rsp)\n\t"
                     "popfq\n\t"
                     "syscall\n\t"
                     "popfq"
                     : "+a"(result), "+r"(d), "+r"(e), "+r"(f), "+D"(a),
                       "+S"(b), "+d"(c)
                     : [flag] "r"(flag)
                     : "rcx", "r11", "cc", "memory");
    return result;
}

static int like_none(long number, long a, long b, long c)
{
    return trap(number, a, b, c) == trap(NO_TRAP, 0, 0, 0);
}

void attack_trap_print(void)
{
    expect(1, like_none(MACH_PRINT, (long)0xffffdead00000000, 0, 0));
}

void attack_trap_state(void)
{
    struct i386_thread_state state = {
        .rip = 0xdead000000000000, .cs = 0x1f, .ss = 0x27};

    expect(1, like_none(SET_SELF_STATE, i386_REGS_SEGS_STATE, (long)&state,
                        i386_THREAD_STATE_COUNT));
}

void attack_trap_write(void)
{
    expect(1, like_none(DEVICE_WRITE, (long)hello, 0, 0));
    expect(1, like_none(DEVICE_WRITEV, (long)hello, 0, 0));
}

/* mach_msg with a null pointer: a fault at address 0, the only one that the stock
 * kernel takes for its own. */
void attack_null_send(void)
{
    expect(MACH_SEND_INVALID_DATA,
           mach_msg(NULL, MACH_SEND_MSG, sizeof(mach_msg_header_t), 0,
                    MACH_PORT_NULL, 0, MACH_PORT_NULL));
}

void attack_null_receive(void)
{
    mach_port_t port = mach_reply_port();
    mach_msg_header_t bare = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
        .msgh_size = sizeof bare,
        .msgh_remote_port = port,
    };

    expect(MACH_MSG_SUCCESS, mach_msg(&bare, MACH_SEND_MSG, sizeof bare, 0,
                                      MACH_PORT_NULL, 0, MACH_PORT_NULL));
    expect(MACH_RCV_INVALID_DATA,
           mach_msg(NULL, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof bare, port,
                    1000, MACH_PORT_NULL));
}

/* An RPC whose reply port is no receive right.  The stock kernel has a short way
 * for RPCs, on which it takes any right for one. */
static void ask(mach_port_t reply, kern_return_t answer)
{
    mach_msg_header_t bare = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                    MACH_MSG_TYPE_MAKE_SEND_ONCE),
        .msgh_size = sizeof bare,
        .msgh_remote_port = mach_task_self(),
        .msgh_local_port = reply,
    };

    expect(answer, mach_msg(&bare, MACH_SEND_MSG | MACH_RCV_MSG, sizeof bare,
                            sizeof bare, reply, 0, MACH_PORT_NULL));
}

void attack_no_receive(void)
{
    static const mach_port_right_t kinds[] = {MACH_PORT_RIGHT_PORT_SET,
                                              MACH_PORT_RIGHT_DEAD_NAME};
    mach_port_t name;

    ask(mach_task_self(), MACH_SEND_INVALID_REPLY);
    for (unsigned n = 0; n < 2; n++) {
        expect(KERN_SUCCESS,
               mach_port_allocate(mach_task_self(), kinds[n], &name));
        ask(name, MACH_SEND_INVALID_REPLY);
    }
}

/* Traps with a flag set: the kernel goes on with it, but where it is hardened.
 * In turn a message is sent, whose copy is looked at, and a tick is slept, which
 * lets another thread run. */
static void with_flag(unsigned long flag)
{
    enum { TIMES = 20, SWITCH = 61, SWITCH_WAITS = 2 };
    mach_port_t port = mach_reply_port();
    struct {
        mach_msg_header_t head;
        char text[1000];
    } msg;
    bool same = true;

    for (unsigned n = 0; n < TIMES; n++) {
        msg.head = (mach_msg_header_t){
            .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
            .msgh_size = sizeof msg,
            .msgh_remote_port = port,
        };
        memset(msg.text, 'a' + (int)n, sizeof msg.text);
        trap_with(flag, MACH_MSG, (long)&msg, MACH_SEND_MSG, sizeof msg);
        memset(msg.text, 0, sizeof msg.text);
        same &=
            mach_msg(&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof msg,
                     port, 100, MACH_PORT_NULL) == MACH_MSG_SUCCESS &&
            msg.text[0] == 'a' + (int)n && msg.text[999] == 'a' + (int)n;
        trap_with(flag, SWITCH, 0, SWITCH_WAITS, 10);
    }
    ktap_ok(same, "messages are as they were sent with flag %#lx", flag);
}

void attack_flag_direction(void)
{
    with_flag(1 << 10);
}

void attack_flag_nested(void)
{
    with_flag(1 << 14);
}

/* Where the trap itself does not meet it, what comes after it does: a death. */
void attack_flag_trace(void)
{
    with_flag(1 << 8);
}

/* All of these, of a hardened kernel. */
void attack_traps_gone(void)
{
    attack_flag_direction();
    attack_flag_nested();
    attack_no_receive();
    attack_null_send();
    attack_null_receive();
    attack_trap_print();
    attack_trap_state();
    attack_trap_write();
}

static bool deadly(long number)
{
    return number == MACH_MSG || number == MACH_PRINT ||
           number == SET_SELF_STATE || number == DEVICE_WRITE ||
           number == DEVICE_WRITEV;
}

/* Every other trap, on each port that we have, with pointers to nowhere.  A
 * kernel call by trap is refused like the same by message: the port is none
 * of the kernel's. */
void attack_traps_all(void)
{
    static const long wild[] = {0, -1, (long)0xffffffff80000000,
                                (long)0xdead000000000000, 0x666000};
    const long ports[] = {mach_task_self(), mach_thread_self(),
                          mach_host_self(), hello, USRD_PORT_SERVICE};
    unsigned tried = 0, obeyed = 0;

    expect(1, mach_reply_port() != MACH_PORT_NULL);
    for (long number = 0; number < TRAPS; number++)
        for (unsigned p = 0; !deadly(number) && p < 5; p++)
            for (unsigned w = 0; w < 5; w++) {
                long got = trap(number, ports[p], wild[w], wild[w]);
                tried++;
                obeyed += number >= FIRST_CALL && number <= LAST_CALL &&
                          got == KERN_SUCCESS;
            }
    ktap_ok(obeyed == 0, "of %u traps none that is a kernel call is obeyed",
            tried);
}

/* One past the table is the task's own fault. */
void attack_trap_beyond(void)
{
    trap(TRAPS, 0, 0, 0);
    ktap_ok(false, "there is no trap %u", TRAPS);
}
