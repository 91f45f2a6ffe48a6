#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page in Chromium, while the driver that it came through is killed: it
shows the restart and the outage by itself.  Its picture, page.png, is what
docs/httpd.png was copied from."""
import re

from harness import Scenario, browser
from harness.user import free_port, network

s = Scenario('''
task virtio-net start-limit=0 restart-delay=0
task httpd needs=eth0 operator=yes -- eth0 10.0.2.15/24
task ram=ramdisk start-limit=0 restart-delay=0 -- 1M
task sqlite needs=ram -- ram
task hello
task rtc
task flaky
task shell
''', 120, sleep=True)
port = free_port()


def cell(task, which):
    return (f'document.querySelector("#task-{task} {which}")'
            '.textContent.trim()')


def titles(task):
    """Of what the time line shows of its deaths."""
    return ('[...document.querySelectorAll("#timeline g title")].map(t => '
            f't.textContent).filter(t => t.startsWith("{task}#"))')


def microseconds(text):
    """2.1 ms as the least and the most that it may stand for."""
    value, unit = re.search(r'([\d.]+) (µs|ms|s)$', text).groups()
    scale = {'µs': 1, 'ms': 1000, 's': 1_000_000}[unit]
    step = scale // 10 if '.' in value else scale
    least = round(float(value) * scale)
    return least, least + step


def restarted(m, page, task, run):
    """It is killed; the page, which is not loaded again, shows it."""
    m.send(f'kill {task}')
    outage = m.expect(rf' {task}#{run + 1} restart cause=operator '
                      r'outage=(\d+)us')
    s.check(page.wait(f'{cell(task, ".restarts")} == "{run}"'),
            f'the page counts restart {run} of {task}')
    shown = page.get(titles(task))
    s.check(len(shown) == run, f'{run} of its deaths are in the time line',
            *shown)
    least, most = microseconds(shown[-1])
    s.check(least <= int(outage[1]) < most, f'the last as "{shown[-1]}"',
            outage[0])


def phone(page):
    page.size(390, 844, mobile=True)
    wide = page.wait('document.documentElement.scrollWidth')
    s.check(wide <= 390, 'on a phone it does not scroll sideways', f'{wide}')
    page.picture(s.folder / 'phone.png')
    light = page.get('getComputedStyle(document.body).backgroundColor')
    page.colours('dark')
    dark = page.wait('getComputedStyle(document.body).backgroundColor')
    s.check(light != dark, 'it has a dark form', f'{light}, {dark}')
    page.picture(s.folder / 'dark.png')
    page.colours('light')


with s.boot(args=network({80: port})) as m:
    m.expect(r' kernel-ext up ')
    m.expect(r' flaky#6 restart |flaky#\d+ failed ')
    with browser.page(f'http://127.0.0.1:{port}/') as page:
        page.size(1120, 900)
        s.check(page.wait('document.getElementById("link").textContent == '
                          '"live"'), 'the page is live')
        page.get('window.loaded = 1')
        for run in 1, 2:
            restarted(m, page, 'virtio-net', run)
            restarted(m, page, 'ram', run)
        s.check(page.get('window.loaded') == 1, 'all on one load')
        page.get('document.querySelector("#task-hello button").click()')
        m.expect(r' hello#1 operator command=restart by=httpd$')
        s.check(page.wait(f'!window.loaded && {cell("hello", ".restarts")}'
                          ' == "1"'), 'its button restarts a task')
        m.send('kill rtc')
        page.wait(f'{cell("rtc", ".restarts")} == "1"')
        page.picture(s.folder / 'page.png', '.charts')
        phone(page)
        page.call('Emulation.setScriptExecutionDisabled', value=True)
        page.call('Page.reload')
        s.check(page.wait('document.querySelector("noscript meta") && '
                          f'{cell("virtio-net", ".restarts")} == "2"'),
                'without scripts it is whole')
s.forbid(r' httpd#\d+ (death|deny) ')
s.done()
