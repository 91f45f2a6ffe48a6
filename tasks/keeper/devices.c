/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Settings of real devices, whose drivers did nothing for it. */
#include "keeper.h"

#include "../rtc/rtc.h"
#include "../uart/uart.h"

void test_uart(void)
{
    mach_port_t uart = opened("uart");

    watch("uart");
    ktap_ok(get(uart, UART_SPEED) == 115200, "the speed is as it was");
    ktap_ok(set(uart, UART_SPEED, 9600) == KERN_SUCCESS, "it is set");
    ktap_ok(set(uart, UART_SPEED, 12345) == D_INVALID_SIZE, "not to anything");
    ktap_ok(killed() && get(uart, UART_SPEED) == 9600,
            "after a restart it is what was set");
    usrd_close(uart);
    usrd_sleep(50);
    ktap_ok(killed() && get(opened("uart"), UART_SPEED) == 115200,
            "once it is closed it is not");
}

void test_rtc(void)
{
    mach_port_t rtc = opened("rtc");
    int events[2];
    natural_t n = 2;

    watch("rtc");
    ktap_ok(set(rtc, RTC_RATE, 64) == KERN_SUCCESS, "64 interrupts a second");
    ktap_ok(killed(), "rtc is killed");
    usrd_sleep(500);
    kern_return_t kr = usrd_get_status(rtc, RTC_EVENTS, events, &n);
    ktap_ok(kr == KERN_SUCCESS && events[1] >= 28,
            "they go on: %d in half a second", events[1]);
}
