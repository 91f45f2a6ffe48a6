# SPDX-License-Identifier: GPL-2.0-or-later
"""So many hostile frames to a host with an echo service; it answers before,
all through, and afterwards."""
from .hostile import Hostile
from .peer import Peer

ROUNDS = 3      # of ends to what was left open


def answers(check, peer, when):
    """Both must: ping, and TCP echo with what does not fit into a segment."""
    data = peer.mac * 1000
    return check(peer.ping() is not None, f'it answers pings {when}') and \
        check(peer.echo(data), f'and echoes by TCP {when}')


def barrage(check, link, seed, frames, guest_mac, guest, each=1000):
    """check(good, name) is told what came of it.  Returns the Peer."""
    peer = Peer(link, guest_mac, guest)
    hostile = Hostile(seed, peer)
    if not answers(check, peer, 'before'):
        return peer
    peer.listener = hostile.heard
    for _ in range(4):
        link.send(hostile.opened())
    for n in range(frames):
        link.send(hostile.frame())
        peer.serve()
        if n % each == each - 1 and peer.ping() is None:
            check(False, f'it answers pings after frame {n} of seed {seed}')
            return peer
    for _ in range(ROUNDS):
        for frame in hostile.farewell():
            link.send(frame)
        peer.serve(0.05)
    peer.listener = None
    check(hostile.most > 0, f'it had up to {hostile.most} connections of a '
          'stranger at a time')
    answers(check, peer, f'after {frames} frames')
    check(peer.bad == 0, 'all its own checksums are right', f'not {peer.bad}')
    return peer
