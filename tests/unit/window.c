/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Windows into shared memory: what is in them, what is not, at both ends and
 * past the end of numbers. */
#include "window.h"

#include "tap.h"

#define K 1024ull
#define R KX_PROT_READ
#define W KX_PROT_WRITE

/* Pages 2 and 3 of an object, both for reading and writing. */
static const struct kx_window window = {8 * K, 8 * K, R | W};
static const struct kx_window readable = {8 * K, 8 * K, R};

static const struct {
    uint64_t offset, size;
    bool good;
} ranges[] = {
    {0, 8 * K, true},       {0, 1, true},
    {4 * K, 4 * K, true},   {4 * K, 4 * K - 1, true},
    {0, 8 * K + 1, false},  {4 * K, 4 * K + 1, false},
    {8 * K, 1, false},      {1, 4 * K, false},
    {4 * K - 1, 1, false},  {0, 0, false},
    {-4 * K, 4 * K, false}, {-4 * K, 8 * K, false},
    {4 * K, -4 * K, false}, {0, -1ull, false},
    {0, -4 * K, false},     {0, -4 * K + 1, false},
};

static void check_ranges(void)
{
    for (unsigned n = 0; n < sizeof ranges / sizeof *ranges; n++) {
        uint64_t offset = ranges[n].offset, size = ranges[n].size;
        struct kx_mapping m = {offset, size, R, R | W, false};
        struct kx_window part;
        const char *wrong = kx_window_map(&window, &m);
        bool cut = kx_window_cut(&window, offset, size, R, &part);

        OK((wrong == NULL) == ranges[n].good,
           "map 0x%" PRIx64 "+0x%" PRIx64 ": %s", offset, size,
           wrong ? wrong : "yes");
        EQ(cut, ranges[n].good, "and so with a part of it");
        if (!ranges[n].good)
            continue;
        EQ(m.offset, 8 * K + offset, "in terms of the object");
        EQ(part.first, 8 * K + offset, "where the part is");
        EQ(part.size, (size + 4095) & ~4095ull, "in whole pages");
        EQ(part.access, R, "for what it was asked for");
    }
}

static const char *map(const struct kx_window *w, unsigned access, bool copy,
                       unsigned *most)
{
    struct kx_mapping m = {0, 4 * K, access, *most, copy};
    const char *wrong = kx_window_map(w, &m);

    *most = m.most;
    return wrong ? wrong : "yes";
}

static void check_access(void)
{
    struct kx_window part;
    unsigned most = R | W | 4;

    STR(map(&window, R | W, false, &most), "yes", "write where one may");
    EQ(most, R | W, "but not execute, later");
    most = R | W;
    STR(map(&readable, R, false, &most), "yes", "read where one may only that");
    EQ(most, R, "nor write, later");
    STR(map(&readable, W, false, &most), "access", "write there");
    STR(map(&readable, R | W, false, &most), "access", "both there");
    STR(map(&window, R | 4, false, &most), "access", "execute");
    STR(map(&window, 0, false, &most), "yes", "no access at all");
    STR(map(&window, R, true, &most), "copy", "a copy");

    EQ(kx_window_cut(&readable, 0, 1, R | W, &part), 0, "a part has no more");
    EQ(kx_window_cut(&window, 0, 1, R | W, &part), 1, "than the whole has");
    EQ(kx_window_cut(&window, 0, 1, 0, &part), 0, "and not nothing");
    EQ(kx_window_cut(&window, 0, 1, 4, &part), 0, "nor anything else");
}

int main(void)
{
    check_ranges();
    check_access();
    return tap_end();
}
