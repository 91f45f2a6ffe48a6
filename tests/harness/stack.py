# SPDX-License-Identifier: GPL-2.0-or-later
"""netstack behind QEMU's user networking, and programs of the host as its
peers."""
import os
import re
import select
import selectors
import socket
import subprocess
import threading
import time

from .capture import Capture
from .scenario import Scenario

# QEMU's device, the task's line, the name of the network device.
NICS = {
    'virtio-net': ('virtio-net-pci,disable-legacy=on', 'virtio-net {}',
                   'eth0'),
    'e1000': ('e1000', 'e1000 {}', 'eth1'),
    'e1000e': ('e1000e', 'e1000e=e1000 pci=8086:10d3 provides=eth2 {} -- eth2',
               'eth2'),
}
PORTS = {'echo': 7, 'discard': 9, 'source': 19, 'iperf': 5001}
PERIOD = 251        # of what source sends


def free_ports(count):
    links = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [link.getsockname()[1] for link in links]
    for link in links:
        link.close()
    return ports


def pattern(size):
    """Bytes of which no piece can be lost or come twice unseen."""
    return b''.join(n.to_bytes(4, 'big') for n in range(size // 4))


class Host:
    """The programs' side, with the scenario's files in FOLDER.  words: lines of
    the image; ports: of this host, by the service."""

    def __init__(self, nic, folder, words='dhcp echo discard source iperf',
                 policy=''):
        device, task, self.name = NICS[nic]
        self.task = task.split('=')[0].split()[0]
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        self.capture = Capture(os.path.relpath(folder / f'{nic}.pcap'), 'n0')
        forwards = ''.join(f',hostfwd=tcp:127.0.0.1:{self.ports[name]}-:{port}'
                           for name, port in PORTS.items())
        self.words = (f'qemu -netdev user,id=n0{forwards} '
                      f'-device {device},netdev=n0 {self.capture.words}\n'
                      f'task {task.format(policy)}\n'
                      f'task netstack needs={self.name} -- {self.name} '
                      f'{words}\n')

    def connect(self, service, seconds=60):
        return socket.create_connection(('127.0.0.1', self.ports[service]),
                                        seconds)

    def echo(self, size, connections=1, seconds=300):
        """As many at once; what comes back is compared.  A list of complaints,
        and the seconds that it took."""
        data, began = pattern(size), time.monotonic()
        picker, wrong = selectors.DefaultSelector(), []
        for number in range(connections):
            link = self._answered(data[:1], began + seconds)
            picker.register(link, selectors.EVENT_READ | selectors.EVENT_WRITE,
                            [number, 1, 0])
        while picker.get_map() and time.monotonic() - began < seconds:
            for key, events in picker.select(0.2):
                try:
                    _move(picker, key, events, data)
                except (OSError, ValueError) as why:
                    wrong.append(f'{key.data}: {why}')
                    picker.unregister(key.fileobj)
                    key.fileobj.close()
        wrong += [f'{key.data}: not done' for key in
                  [*picker.get_map().values()]]
        picker.close()
        return wrong, time.monotonic() - began

    def _answered(self, data, end):
        """A connection to echo that has something to say.  QEMU lets one wait
        to be accepted: it is when it answers; or loses what was sent first."""
        while True:
            link = self.connect('echo')
            port = link.getsockname()[1]
            link.sendall(data)
            link.setblocking(False)
            while time.monotonic() < end:
                if select.select([link], [], [], 1)[0]:
                    return link
                stream = self.capture.stream(PORTS['echo'], port)
                if stream and stream.repeated:
                    break
            else:
                return link
            link.close()

    def drain(self, size, seconds=300):
        """So much from source: a complaint or ''."""
        want = bytes(n % PERIOD for n in range(PERIOD)) * 300
        with self.connect('source', seconds) as link:
            got = 0
            while got < size:
                try:
                    data = link.recv(65536)
                except OSError as why:
                    return f'after {got} bytes: {why}'
                at = got % PERIOD
                if not data or data != want[at:at + len(data)]:
                    return f'after {got} bytes: {data[:20]}'
                got += len(data)
        return ''

    def iperf(self, megabytes, seconds=300):
        """Debian's: (what it says of the whole, or '', its output)."""
        done = subprocess.run(
            ['iperf', '-c', '127.0.0.1', '-p', str(self.ports['iperf']), '-n',
             f'{megabytes}M', '-f', 'k'], capture_output=True, text=True,
            timeout=seconds, check=False)
        found = re.search(rf'{megabytes << 10} KBytes.* Kbits/sec',
                          done.stdout)
        return found and not done.returncode and found[0], \
            done.stdout + done.stderr


def _move(picker, key, events, data):
    """A step of one connection: its state is its number, bytes sent, got."""
    link, state = key.fileobj, key.data
    if events & selectors.EVENT_WRITE:
        state[1] += link.send(data[state[1]:state[1] + 65536])
        if state[1] == len(data):
            link.shutdown(socket.SHUT_WR)
            picker.modify(link, selectors.EVENT_READ, state)
    if events & selectors.EVENT_READ:
        got = link.recv(65536)
        if got != data[state[2]:state[2] + len(got)]:
            raise ValueError('other bytes')
        state[2] += len(got)
        if not got:
            picker.unregister(link)
            link.close()
            if state[2] != len(data):
                raise ValueError('it ended early')


class Kills:
    """While it is entered, the driver dies each so many seconds, by the shell's
    command."""

    def __init__(self, machine, task, apart):
        self.machine, self.task, self.apart = machine, task, apart
        self.count = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._kill, daemon=True)

    def _kill(self):
        while not self._over.wait(self.apart):
            self.machine.send(f'kill {self.task}')
            self.count += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


def services(s, m, host, name, megabytes, connections):
    """All of them once, as points of the scenario."""
    wrong, took = host.echo(megabytes << 20)
    s.check(not wrong, f'{name}: {megabytes} MiB come back', *wrong)
    s.tap.note(f'{name}: echo {megabytes / took:.2f} MiB/s')
    wrong, took = host.echo(16384, connections)
    s.check(not wrong, f'{name}: {connections} connections at once, '
            f'{took:.1f} s', *wrong[:5])
    s.check(not (why := host.drain(megabytes << 20)),
            f'{name}: {megabytes} MiB are read', why)
    said, output = host.iperf(megabytes)
    s.check(said, f'{name}: iperf', *output.splitlines())
    s.tap.note(f'{name}: iperf {said}')
    bytes_ = int(m.expect(
        r' netstack#1 log text="iperf done=0 bytes=(\d+) ')[1])
    stream = host.capture.stream(PORTS['iperf'])
    s.check(bytes_ == stream.bytes,
            f'{name}: the guest has counted what came, {bytes_} bytes',
            f'QEMU has sent {stream.bytes}')
    s.check(bytes_ == megabytes << 20 or stream.repeated,
            f'{name}: which is what iperf has sent'
            + ', but for what QEMU has lost' * stream.repeated)


def scenario(nic, apart=0.5, megabytes=2, connections=(100, 10), seconds=180,
             deaths=5):
    """A scenario of its own: the services with so many connections at once, and
    again while the driver dies.  A first segment that is lost is sent again
    after six seconds only, by QEMU: so those are fewer, and the deadline is a
    late one: on a busy host these are half a minute."""
    s = Scenario('', seconds=seconds, icount=3, sleep=True)
    host = Host(nic, s.folder,
                'dhcp echo discard source iperf ping=10.0.2.2',
                'start-limit=0 restart-delay=0')
    with s.boot(f'{host.words}task shell\n') as m:
        m.expect(r' netstack#1 log text="net: address=10.0.2.15 via=10.0.2.2"')
        m.expect(r' netstack#1 log text="ping 10.0.2.2 sent=4 answered=[34]"')
        services(s, m, host, 'in peace', megabytes, connections[0])
        with Kills(m, host.task, apart) as kills:
            while kills.count < deaths and m.running:
                services(s, m, host, 'with kills', megabytes, connections[1])
        s.tap.note(f'{kills.count} kills')
    s.forbid(r' netstack#1 log text="(source|iperf aborted|lwip)',
             'no connection was broken')
    s.forbid(r' netstack#[2-9]')
    s.forbid(rf' {host.task}#\d+ death cause=(?!operator)')
    s.done()


def long_scenario(nics, intervals, megabytes):
    """A boot for each of them: the services for so many seconds as 20 deaths
    take, or a minute."""
    s = Scenario('', seconds=1800, icount=3, sleep=True)
    for nic in nics:
        host = Host(nic, s.folder, 'dhcp echo discard source iperf',
                    'start-limit=0 restart-delay=0')
        with s.boot(f'{host.words}task shell\n', nic) as m:
            m.expect(r' netstack#1 log text="net: address=10.0.2.15 ')
            for apart in intervals:
                end = time.monotonic() + min(60, 20 * apart)
                with Kills(m, host.task, apart) as kills:
                    while time.monotonic() < end:
                        services(s, m, host, f'{nic}, {apart} s', megabytes,
                                 50)
                s.tap.note(f'{nic}: {kills.count} kills, {apart} s apart')
    s.forbid(r' netstack#1 log text="(source|iperf aborted|lwip)',
             'no connection was broken')
    s.forbid(r' netstack#[2-9]')
    s.done()
