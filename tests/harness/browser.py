# SPDX-License-Identifier: GPL-2.0-or-later
"""Chromium without a screen, through its DevTools protocol: JSON in the frames
of one WebSocket (RFC 6455), as much of that as one needs."""
import base64
import contextlib
import json
import os
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request

WORDS = ('chromium', '--headless=new', '--no-sandbox', '--disable-gpu',
         '--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run',
         '--disable-background-networking', '--remote-debugging-port=0')


class Socket:
    """Text frames, the client's masked; no fragments of ours, but theirs."""

    def __init__(self, url):
        address, path = url.removeprefix('ws://').split('/', 1)
        host, port = address.split(':')
        self.link = socket.create_connection((host, int(port)), 60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.link.sendall(
            f'GET /{path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n'
            f'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
            f'Sec-WebSocket-Key: {key}\r\n\r\n'.encode())
        self.stream = self.link.makefile('rb')
        if b' 101 ' not in self.stream.readline():
            raise OSError('no WebSocket')
        while self.stream.readline().strip():
            pass

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        size = (bytes([0x80 | len(data)]) if len(data) < 126 else
                struct.pack('>BH', 0xfe, len(data)) if len(data) < 65536 else
                struct.pack('>BQ', 0xff, len(data)))
        self.link.sendall(b'\x81' + size + mask + bytes(
            byte ^ mask[n % 4] for n, byte in enumerate(data)))

    def receive(self):
        """The next message of text."""
        whole = b''
        while True:
            first, size = self.stream.read(2)
            if size == 126:
                size, = struct.unpack('>H', self.stream.read(2))
            elif size == 127:
                size, = struct.unpack('>Q', self.stream.read(8))
            data = self.stream.read(size)
            if first & 15 in (0, 1):
                whole += data
                if first & 0x80:
                    return whole.decode()


class Page:
    """A tab."""

    def __init__(self, url):
        self.socket, self.number = Socket(url), 0

    def call(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({'id': self.number, 'method': method,
                                     'params': params}))
        while True:
            answer = json.loads(self.socket.receive())
            if answer.get('id') == self.number:
                break
        if 'error' in answer:
            raise OSError(f'{method}: {answer["error"]["message"]}')
        return answer['result']

    def get(self, expression):
        """What it is worth in the page; None when that throws."""
        answer = self.call('Runtime.evaluate', expression=expression,
                           returnByValue=True)
        return (None if 'exceptionDetails' in answer
                else answer['result'].get('value'))

    def wait(self, expression, seconds=30):
        """Until it is worth something; that, or None."""
        end = time.monotonic() + seconds
        while not (value := self.get(expression)) and time.monotonic() < end:
            time.sleep(0.1)
        return value

    def size(self, width, height, mobile=False):
        self.call('Emulation.setDeviceMetricsOverride', width=width,
                  height=height, deviceScaleFactor=1, mobile=mobile)

    def colours(self, scheme):
        self.call('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': scheme}])

    def picture(self, file, until='body'):
        """The page down to the end of what a selector finds, as a PNG."""
        box = self.get(f'(e => [innerWidth, e.getBoundingClientRect().bottom + '
                       f'scrollY])(document.querySelector("{until}"))')
        answer = self.call('Page.captureScreenshot', captureBeyondViewport=True,
                           clip={'x': 0, 'y': 0, 'width': box[0],
                                 'height': box[1], 'scale': 1})
        file.write_bytes(base64.b64decode(answer['data']))


@contextlib.contextmanager
def page(url):
    """Chromium with one tab that shows it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        browser = subprocess.Popen([*WORDS, f'--user-data-dir={home}', url],
                                   stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            yield Page(_tab(home))
        finally:
            browser.terminate()
            try:
                browser.wait(10)
            except subprocess.TimeoutExpired:
                browser.kill()
                browser.wait()


def _tab(home, seconds=40):
    """The address of the tab's WebSocket."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.2)
        try:
            with open(f'{home}/DevToolsActivePort', encoding='ascii') as file:
                port = int(file.readline())
            with urllib.request.urlopen(
                    f'http://127.0.0.1:{port}/json/list') as answer:
                for target in json.load(answer):
                    if target['type'] == 'page':
                        return target['webSocketDebuggerUrl']
        except (OSError, ValueError):
            pass
    raise OSError('Chromium does not start')
