# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under load, as the campaign drives it: it runs from beat to beat
(20 ms of its own time) and stands in between, and what is where in its memory
is known."""
import re
import struct

from machine import BEAT_AT, Machine
from programs import instructions, member, sizes, symbols, text_range
import pages
import scene

LARGE = 1 << 21
FAST, SLOW = 20, 1000   # ms between two rounds of a client
BEAT = 0.02             # seconds of the guest's
# QEMU's time leaps when it stops at a breakpoint, to when the next timer is due:
# 5 to 10 ms of whoever stands there.  After so many leaps everybody is let run
# for so many beats, or a watchdog sees nothing but these.
LEAPS, REST = 4, 3
VERBS = ('', 'kill', 'start', 'stop', 'restart', 'hang', 'suspend', 'resume')
COUNTS = struct.Struct('<32s6I')
COUNTED = ('good', 'lost', 'down', 'errors', 'wrong', 'damaged')
NONE = (0,) * len(COUNTED)
STILL = struct.pack('<Q', 0x5aa5c33c0ff01e87)


class Guest(Machine):
    """One boot."""

    def __init__(self, folder, iommu=False, hardened=False, extra=(),
                 patience=120):
        super().__init__(folder, iommu, hardened, extra, patience)
        self.iommu = iommu
        self.drivers = list(scene.DRIVERS)
        self._undo, self._armed, self._stands = [], False, BEAT_AT
        self._later = None
        self._counted = {}      # by a client's incarnations before, by this one
        self._leaps = self._calm = 0
        # Called for each death, before the next incarnation runs; nothing near
        # it runs often (code in a page with a breakpoint is slow).
        self._death = symbols()['kx_rings_forget']
        try:
            self._come_up()
        except BaseException:
            self.close()
            raise

    def _come_up(self):
        self.run(1)
        cr3 = self.gdb.cr3()
        at = symbols('load', 'beat')
        self._order = pages.walk(self.memory, cr3, at['beat_order'])[0]
        self.log_wait(r' kernel-ext up ', 30)
        self._find_still(cr3, at)
        self._find_tasks()
        self._find_clients()
        self.text, self.dma = {}, {}
        for name in self.drivers:
            self._find_driver(name)
        self._texts = {frame: self.memory[frame:frame + pages.PAGE]
                       for text in self.text.values()
                       for frame in text.values()}

    def _find_still(self, cr3, at):
        """Where the memory is that nobody was given, in runs."""
        base, words = (struct.unpack_from('<Q', self.memory, pages.walk(
            self.memory, cr3, at[n])[0])[0] for n in ('beat_pages',
                                                      'beat_words'))
        frames = [frame for _, frame, _ in pages.mapped(
            self.memory, cr3, base, base + words * 8)]
        self._still = []
        for frame in sorted(frames):
            if self._still and sum(self._still[-1]) == frame:
                self._still[-1][1] += pages.PAGE
            else:
                self._still.append([frame, pages.PAGE])

    def _find_tasks(self):
        """Where kernel-ext counts the deaths of each task."""
        at = symbols()
        size = sizes()['kx_tasks'] // 288
        self.gdb.hbreak(at['kx_port'])
        while self._resume() != at['kx_port']:
            pass
        cr3 = self.gdb.cr3()
        self._let_go(at['kx_port'])
        self._deaths = {}
        for task in range(at['kx_tasks'], at['kx_tasks'] + 40 * size, size):
            name, deaths = (pages.walk(self.memory, cr3, task + member(
                'kx_task', field))[0] for field in ('name', 'deaths'))
            said = self.memory[name:name + 64].split(b'\0')[0].decode()
            self._deaths[said] = deaths
        self.run(1)

    def deaths(self, name):
        """Of a task, since boot, as kernel-ext counts them this moment."""
        return struct.unpack_from('<I', self.memory, self._deaths[name])[0]

    def _find_clients(self):
        """Where the text of each client is in memory, and where it counts."""
        at = symbols('load')
        wanted = len(self.drivers) + 1      # c-vda1 is one of virtio-blk
        self._clients = {}
        self.gdb.hbreak(at['load_round'])
        for _ in range(2000):
            if len(self._clients) == wanted:
                break
            if self._resume() == at['load_round']:
                cr3 = self.gdb.cr3()
                text, counts = (pages.walk(self.memory, cr3, at[n])[0]
                                for n in ('_start', 'load_counts'))
                self._clients[text] = (COUNTS.unpack_from(
                    self.memory, counts)[0].split(b'\0')[0].decode(), counts)
        self._let_go(at['load_round'])
        self.run(1)
        if len(self._clients) != wanted:
            raise RuntimeError(f'clients: only {self._clients}')

    def clients_anew(self):
        """Clients have died: the next incarnations count elsewhere.  Do any?"""
        at, before = symbols('load')['load_counts'], dict(self._clients)
        for text, table in self._newest('load', self._clients).items():
            entry = table[at // pages.PAGE % 512]
            if entry & pages.WRITABLE:      # it has one of its own
                self._clients[text] = self._clients[text][0], (
                    entry & pages.FRAME) + at % pages.PAGE
        self.hurry(self._quick)
        return self._clients != before

    def _find_driver(self, name):
        """Where its text is in memory: what tells two tasks of one program
        apart, and what faults in it are written to.  Its table of devices says
        whose it is."""
        program = scene.DRIVERS[name].program
        at = symbols(program)
        device = scene.device(name).encode()
        self.hurry([name])
        self.gdb.hbreak(at['mach_msg_trap'])
        for _ in range(400):
            if self._resume() != at['mach_msg_trap']:
                continue
            cr3 = self.gdb.cr3()
            table = pages.walk(self.memory, cr3, at['usrd_devices'])
            if table and self.memory[table[0] + 12:table[0] + 76].split(
                    b'\0')[0] == device:
                self.text[name], self.dma[name] = ({
                    page: frame for page, frame, _ in pages.mapped(
                        self.memory, cr3, *between)}
                    for between in (text_range(program), scene.DMA))
                break
        self._let_go(at['mach_msg_trap'])
        self.hurry([])
        self.run(1)
        if name not in self.text:
            raise RuntimeError(f'driver {name} was not met')

    def _let_go(self, *addresses):
        for address in addresses:
            self.gdb.unbreak(address)
        if self._stands in addresses:
            self._stands = BEAT_AT      # nothing to step over

    def of(self, name, cr3):
        """Is that an incarnation of this driver?"""
        base = symbols(scene.DRIVERS[name].program)['_start']
        found = pages.walk(self.memory, cr3, base)
        return bool(found) and found[0] & -pages.PAGE == self.text[name][base
                                                                & -pages.PAGE]

    def own_pages(self, name):
        """{address: frame} of what the present incarnation of a driver has
        written of its .data and .bss."""
        program = scene.DRIVERS[name].program
        start = symbols(program)['_start']
        text = self.text[name][start & -pages.PAGE] + start % pages.PAGE
        table = self._newest(program, {text}).get(text, ())
        return {(start & -LARGE) + n * pages.PAGE: entry & pages.FRAME
                for n, entry in enumerate(table)
                if entry & pages.PRESENT and entry & pages.WRITABLE}

    def _newest(self, program, texts):
        """{where _start is in memory: table of pages} of the present
        incarnations of tasks of this program: found by the frame of _start,
        which each task has one of, and told from those of spares and of the
        dead by the number of the incarnation."""
        at = symbols(program)
        within = at['_start'] % pages.PAGE
        newest, numbers = {}, {}
        for n, entry in enumerate(self._words[at['_start'] // pages.PAGE
                                              % 512::512].tolist()):
            text = (entry & pages.FRAME) + within
            if text not in texts or not entry & pages.PRESENT:
                continue
            table = self._words[n * 512:n * 512 + 512]
            task = table[at['usrd_task'] // pages.PAGE % 512]
            where = (task & pages.FRAME) + at['usrd_task'] % pages.PAGE
            if task & pages.PRESENT and where < len(self.memory):
                number, = struct.unpack_from('<I', self.memory, where)
                if numbers.get(text, 0) < number < 1 << 24:
                    newest[text], numbers[text] = table, number
        return newest

    # It runs, and stands.

    def run(self, beats):
        """So many beats; what is under way is undone at a death."""
        while beats > 0:
            if self._resume() == BEAT_AT:
                beats -= 1
                if self._later and self.deaths(self._later[0]) >= \
                        self._later[1]:
                    self.settle()

    def _resume(self):
        """On, to the next place where it stands: its address, or BEAT_AT.  A
        death that is taken up is none: it goes on behind it."""
        if self._stands == self._death:
            self._step_in()
        elif self._stands != BEAT_AT:
            self.gdb.send('s')
            self._wait()
        self.gdb.cont()
        self._stands = self._wait()
        if self._stands != BEAT_AT:
            self._leaps, self._calm = self._leaps + 1, 0
        elif self._calm < REST:
            self._calm += 1
        else:
            self._leaps = 0
        if self._armed and self._stands == self._death:
            self.settle()
            return self._resume()
        return self._stands

    def _step_in(self):
        """What `push %rbp` does; a step of gdb's has QEMU throw away all code
        that it has translated."""
        regs = self.gdb.regs()
        if self.gdb.read(self._death, 1) != b'\x55':
            raise RuntimeError('kx_rings_forget begins otherwise')
        stack = regs['rsp'] - 8
        self.gdb.write(stack, struct.pack('<Q', regs['rbp']))
        self.gdb.set_regs({'rsp': stack, 'rip': self._death + 1})

    # What one can do to it.

    def undo(self, call):
        """Once, while it stands: when a death is taken up, before the next
        incarnation runs, or by settle()."""
        self._undo.append(call)
        if not self._armed:
            self.gdb.hbreak(self._death)
            self._armed = True

    def undo_after(self, name, deaths, call):
        """Once, at the first beat at which NAME has died so often from now on,
        or by settle().  No breakpoint: QEMU throws its translated code away
        when it stops at one."""
        self._later = (name, self.deaths(name) + deaths)
        self._undo.append(call)

    def settle(self):
        calls, self._undo, self._later = self._undo, [], None
        if self._armed:
            self.gdb.unbreak(self._death)
            self._armed = False
        for call in reversed(calls):
            call()

    def operator(self, verb, task):
        """At the next beat, after the last one; order_result() is its result."""
        while self._stands != BEAT_AT or self.order_result() is None:
            self.run(1)
        struct.pack_into('<64s', self.memory, self._order + 8, task.encode())
        struct.pack_into('<I', self.memory, self._order, VERBS.index(verb))

    def order_result(self):
        """0, or why the last order was refused; None: not carried out yet."""
        verb, result = struct.unpack_from('<Ii', self.memory, self._order)
        return None if verb else result

    def until(self, places, beats, gently=False):
        """Runs until one of these (driver, address) is reached, the driver
        None for kernel-ext: (driver, registers), and it stands there; None
        when that was not in so many beats.  Gently: with rests."""
        addresses = {address for _, address in places}
        self._break_at(addresses)
        try:
            while beats > 0:
                if gently and self._leaps >= LEAPS:
                    self._let_go(*addresses)
                    self.run(REST + 1)
                    self._break_at(addresses)
                pc = self._resume()
                beats -= pc == BEAT_AT
                cr3 = pc in addresses and self.gdb.cr3()
                for name, address in places:
                    if pc == address and (name is None or self.of(name, cr3)):
                        return name, self.gdb.regs()
        finally:
            self._let_go(*addresses)
        return None

    def _break_at(self, addresses):
        for address in addresses:
            self.gdb.hbreak(address)

    def stop_at(self, name, address, beats):
        """Its registers, as until()."""
        found = self.until([(name, address)], beats, name is not None)
        return found and found[1]

    def catch(self, name, rng, beats=40):
        """It stands in driver NAME, at an instruction that its clients have it
        execute, drawn from RNG: registers, or None."""
        program = scene.DRIVERS[name].program
        every = [*instructions(program)]
        for _ in range(4):
            while (address := rng.choice(every)) not in \
                    self.executed[program]['load']:
                pass
            if regs := self.stop_at(name, address, beats // 4):
                return regs
        return None

    # What it says.

    def log_wait(self, pattern, seconds, start=0):
        regex = re.compile(pattern)
        for _ in range(max(1, round(seconds / BEAT))):
            for text in self.lines[start:]:
                if match := regex.search(text):
                    return match
            start = len(self.lines)
            self.run(1)
        return None

    def counts(self):
        """{driver of the client: {what was counted: how often}}, since boot: a
        client's next incarnation counts from 0."""
        total = {}
        for text, (name, where) in self._clients.items():
            said, *values = COUNTS.unpack_from(self.memory, where)
            past, last = self._counted.get(text, (NONE, NONE))
            if said.split(b'\0')[0] != name.encode():
                values = last       # it died, and its memory is another's
            elif any(map(int.__lt__, values, last)):
                past = [*map(sum, zip(past, last))]
            self._counted[text] = past, values
            into = total.setdefault(name, dict.fromkeys(COUNTED, 0))
            for what, *counted in zip(COUNTED, past, values):
                into[what] += sum(counted)
        return total

    def hurry(self, names):
        """The clients of these drivers pause for little between two rounds,
        those of all others for long."""
        self._quick = names
        for driver, where in self._clients.values():
            struct.pack_into('<I', self.memory, where + COUNTS.size,
                             FAST if driver in names else SLOW)

    def sweep(self, name, beats=150):
        """The clients of a block device read all that they wrote, which finds
        what a fault has left; did they?"""
        at = [where + COUNTS.size + 4 for driver, where in
              self._clients.values() if driver == name]
        for where in at:
            struct.pack_into('<I', self.memory, where, 1)
        for _ in range(beats):
            self.run(1)
            if not any(self.memory[where] for where in at):
                return True
        return False

    def strayed(self):
        """Addresses of pages that have changed, and are nobody's or a driver's
        text, which nobody may write; they are put back."""
        found = [frame for frame, text in self._texts.items()
                 if self.memory[frame:frame + pages.PAGE] != text]
        for frame in found:
            self.gdb.write_phys(frame, self._texts[frame])
        for first, size in self._still:
            if self.memory[first:first + size] == STILL * (size // 8):
                continue
            for page in range(first, first + size, pages.PAGE):
                if self.memory[page:page + pages.PAGE] != STILL * 512:
                    found.append(page)
                    self.memory[page:page + pages.PAGE] = STILL * 512
        return found

    def function(self, name):
        return scene.DRIVERS[name].function
