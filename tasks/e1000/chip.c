/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The controller: reset, address, filters, link.  In brackets: sections of
 * Intel's "PCI/PCI-X Family of Gigabit Ethernet Controllers Software
 * Developer's Manual" (317453, revision 4.0), [L] of the 82574L's datasheet
 * (revision 3.4). */
#include "e1000.h"

#define RESET_TIME 10    /* ms that a reset may take */
#define EEPROM_TIME 10   /* and a word of the EEPROM */
#define SETTLE 2         /* us after a reset without an access [13.4.1] */
#define INTERRUPT_GAP 78 /* between interrupts, in 256 ns: 20 us */

/* Where they differ. */
struct chip {
    uint16_t device;
    unsigned eerd_done, eerd_at; /* bits of EERD [13.4.4, L 10.2.2.3] */
    uint32_t tipg;
};

static const struct chip chips[] = {
    {E1000_82540EM, 4, 8, E1000_TIPG_OF(10, 8, 6)},
    {E1000_82574L, 1, 2, E1000_TIPG_OF(8, 8, 6)},
};

static const struct chip *chip;
void *e1000_base;

kern_return_t e1000_find(struct usrd_pci_function *function)
{
    USRD_CHECK_RETURN(usrd_pci_get(0, function) == KERN_SUCCESS
                          ? KERN_SUCCESS
                          : D_NO_SUCH_DEVICE);
    for (unsigned n = 0; n < sizeof chips / sizeof chips[0]; n++)
        if (function->vendor_id == E1000_VENDOR &&
            function->device_id == chips[n].device)
            chip = &chips[n];
    if (!chip || usrd_pci_map(function, 0, &e1000_base) != KERN_SUCCESS)
        return D_NO_SUCH_DEVICE;
    return KERN_SUCCESS;
}

static void settle(void)
{
    unsigned long start = usrd_now();

    while (usrd_now() - start < SETTLE)
        ;
}

/* [14.3] QEMU's controllers keep their registers through a reset, so what
 * counts is put back by hand: no interrupts, no descriptors. */
void e1000_reset(void)
{
    static const uint16_t zero[] = {
        E1000_RDH,   E1000_RDT,  E1000_RDLEN, E1000_TDH,  E1000_TDT,
        E1000_TDLEN, E1000_RDTR, E1000_RADV,  E1000_TIDV, E1000_TADV,
    };

    e1000_write(E1000_IMC, ~0u);
    e1000_write(E1000_TCTL, E1000_TCTL_PSP);
    e1000_write(E1000_CTRL, e1000_read(E1000_CTRL) | E1000_CTRL_RST);
    settle();
    usrd_poll(!(e1000_read(E1000_CTRL) & E1000_CTRL_RST), RESET_TIME);
    e1000_write(E1000_IMC, ~0u);
    e1000_read(E1000_ICR);
    for (unsigned n = 0; n < sizeof zero / sizeof zero[0]; n++)
        e1000_write(zero[n], 0);
}

static bool eeprom_word(unsigned n, uint16_t *word)
{
    e1000_write(E1000_EERD, n << chip->eerd_at | E1000_EERD_START);
    if (!usrd_poll(e1000_read(E1000_EERD) & 1u << chip->eerd_done, EEPROM_TIME))
        return false;
    *word = E1000_EERD_DATA(e1000_read(E1000_EERD));
    return true;
}

/* [5.6.1, L 6.1.1.1] Words 0 to 2.  It may be neither a group's nor zero. */
kern_return_t e1000_read_address(uint8_t address[6])
{
    uint16_t word, any = 0;

    for (unsigned n = 0; n < 3; n++) {
        if (!eeprom_word(n, &word))
            return D_NO_SUCH_DEVICE;
        address[2 * n] = (uint8_t)word;
        address[2 * n + 1] = (uint8_t)(word >> 8);
        any |= word;
    }
    return any && !(address[0] & 1) ? KERN_SUCCESS : D_NO_SUCH_DEVICE;
}

static void set_address(const uint8_t a[6])
{
    e1000_write(E1000_RAL, (uint32_t)a[0] | (uint32_t)a[1] << 8 |
                               (uint32_t)a[2] << 16 | (uint32_t)a[3] << 24);
    e1000_write(E1000_RAH,
                (uint32_t)a[4] | (uint32_t)a[5] << 8 | E1000_RAH_VALID);
}

/* QEMU's 82540EM receives nothing for a second after each write of RCTL: it is
 * written when it has to change only, which after a reset of a real one it
 * has. */
static void set_receive_control(uint32_t value)
{
    if (e1000_read(E1000_RCTL) != value)
        e1000_write(E1000_RCTL, value);
}

#define RCTL \
    (E1000_RCTL_EN | E1000_RCTL_MPE | E1000_RCTL_BAM | E1000_RCTL_SECRC)

void e1000_promiscuous(bool on)
{
    set_receive_control(on ? RCTL | E1000_RCTL_UPE : RCTL);
}

bool e1000_there(void)
{
    return e1000_read(E1000_STATUS) != UINT32_MAX;
}

bool e1000_link(void)
{
    return e1000_read(E1000_STATUS) & E1000_STATUS_LU;
}

/* [14.4, 14.5, L 4.6] */
void e1000_set_up(const uint8_t address[6])
{
    e1000_write(E1000_CTRL, E1000_CTRL_ASDE | E1000_CTRL_SLU);
    if (chip->device == E1000_82574L) {
        e1000_write(E1000_RCTL, 0);
        e1000_write(E1000_RFCTL, 0);
        e1000_write(E1000_TARC0, e1000_read(E1000_TARC0) | E1000_TARC0_ENABLE);
        e1000_write(E1000_IAM, 0);
        e1000_write(E1000_CTRL_EXT,
                    e1000_read(E1000_CTRL_EXT) | E1000_CTRL_EXT_IAME);
    }
    set_address(address);
    e1000_write(E1000_RXCSUM, E1000_RXCSUM_IP | E1000_RXCSUM_TCP);
    e1000_write(E1000_TIPG, chip->tipg);
    e1000_write(E1000_ITR, INTERRUPT_GAP);
    e1000_write(E1000_TCTL, E1000_TCTL_EN | E1000_TCTL_PSP |
                                E1000_TCTL_CT(15u) | E1000_TCTL_COLD(64u));
    set_receive_control(RCTL | (e1000_read(E1000_RCTL) & E1000_RCTL_UPE));
    e1000_write(E1000_IMS, E1000_INT_LSC | E1000_INT_RXO | E1000_INT_RXT0);
}
