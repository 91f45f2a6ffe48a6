# SPDX-License-Identifier: GPL-2.0-or-later
"""tasks/httpd as a host's programs see it: curl, and bytes as they come."""
import functools
import json
import socket
import subprocess

from . import sums


def curl(port, path, *words, seconds=60):
    """What curl prints, as bytes; OSError when it fails, which ends the test."""
    done = subprocess.run(
        ['curl', '-sS', '--globoff', '-m', str(seconds), *words,
         f'http://127.0.0.1:{port}{path}'], capture_output=True)
    if done.returncode:
        raise OSError(f'curl {path}: {done.stderr.decode().strip()}')
    return done.stdout


def status(port, path, *words):
    """Of the answer, as a number."""
    return int(curl(port, path, '-o', '/dev/null', '-w', '%{http_code}',
                    *words))


def tasks(port):
    """/api/tasks, the tasks by their names."""
    answer = json.loads(curl(port, '/api/tasks'))
    answer['tasks'] = {task['name']: task for task in answer['tasks']}
    return answer


def raw(port, data, seconds=40, half=False):
    """What is answered to these bytes until the server closes; half: nothing
    more comes, as it can see."""
    with socket.create_connection(('127.0.0.1', port), seconds) as link:
        try:
            link.sendall(data)
            if half:
                link.shutdown(socket.SHUT_WR)
            parts = []
            while part := link.recv(65536):
                parts.append(part)
        except ConnectionResetError:
            pass
    return b''.join(parts)


@functools.lru_cache(1)
def known(folder, seed, size):
    """A file with so many bytes of the sequence, and its SHA-256."""
    data, file = sums.sequence(seed, size), folder / f'data-{seed}'
    file.write_bytes(data)
    return file, sums.digest(data)


class Transfer:
    """A download and an upload of size bytes by curl, under way."""

    def __init__(self, folder, port, size, seed, seconds):
        self.size, self.seed = size, seed
        file, self.sum = known(folder, seed, size)
        self.got = folder / f'got-{port}'
        words = ['curl', '-sS', '-m', str(seconds)]
        self.down = subprocess.Popen(
            [*words, '-o', self.got,
             f'http://127.0.0.1:{port}/random?bytes={size}&seed={seed}'],
            stderr=subprocess.PIPE)
        self.up = subprocess.Popen(
            [*words, '--data-binary', f'@{file}',
             f'http://127.0.0.1:{port}/sink'],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    @property
    def running(self):
        return None in (self.down.poll(), self.up.poll())

    def check(self, s):
        """Both are whole."""
        _, error = self.down.communicate()
        got = self.got.read_bytes() if self.got.exists() else b''
        s.check(len(got) == self.size and sums.digest(got) == self.sum,
                f'{self.size >> 20} MiB of seed {self.seed} are fetched',
                f'{len(got)} bytes; {error.decode()}')
        self.got.unlink(missing_ok=True)
        got, error = self.up.communicate()
        s.check(got.decode().strip() == self.sum, 'and posted',
                f'{got.decode()} {error.decode()}')
