#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What httpd serves: the page, /metrics, /api/tasks, and a task's restart, which
its line must allow and its own page must ask for.  A second one, on the same
device, may only read."""
import re
import time

from harness import Scenario, web
from harness.user import free_port, network

s = Scenario('''
task virtio-net
task hello
task httpd needs=eth0 operator=yes -- eth0 10.0.2.15/24 via=10.0.2.2
task reader=httpd needs=eth0 -- eth0 10.0.2.16/24 mac=02:00:00:00:00:16 port=8080
task shell
''', 60, sleep=True)
port, other = free_port(), free_port()
RESTART = '/tasks/hello/restart'


def post(origin, to=port, path=RESTART, *words):
    return web.status(to, path, '-X', 'POST', '-d', '', '-H',
                      f'Origin: {origin}', *words)


with s.boot(args=network({80: port, '10.0.2.16:8080': other})) as m:
    m.expect(r' kernel-ext up ')
    page = web.curl(port, '/').decode()
    s.check(re.search(r'id="task-httpd".*?class=d2>.*?needs eth0', page),
            'the page has httpd below virtio-net')
    s.check(RESTART in page and 'Nothing has died.' in page,
            'buttons, and no death')
    reading = web.curl(other, '/').decode()
    s.check('id="task-hello"' in reading and '<form' not in reading,
            'who may only read has no buttons')
    here = f'http://127.0.0.1:{port}'
    s.check(post('http://example.com') == 403, 'another page may not restart')
    s.check(web.status(port, RESTART, '-X', 'POST', '-d', '') == 403,
            'nor nobody')
    s.check(post(f'http://example.com:{port}', port, RESTART, '-H',
                 f'Host: example.com:{port}') == 403,
            'nor one that has our address under its name')
    s.check(post(f'http://127.0.0.1:{other}', other) == 403,
            'nor the page of who may only read')
    s.check(web.tasks(port)['tasks']['hello']['restarts'] == 0,
            'nothing was restarted')
    s.check(post(here) == 303, 'the page itself may')
    m.expect(r' hello#1 operator command=restart by=httpd$')
    m.expect(r' hello#2 restart ')
    s.check(post(here, port, '/tasks/nobody/restart') == 404, 'nobody: 404')
    s.check(web.status(port, RESTART) == 405, 'a GET changes nothing')
    time.sleep(0.5)     # an answer may be 100 ms old, of the guest's
    answer = web.tasks(port)
    hello, death = answer['tasks']['hello'], answer['deaths'][0]
    s.check(hello['restarts'] == 1 and hello['last_cause'] == 'exit:0'
            and hello['last_outage_us'] == death['outage_us'] > 0
            and death['task'] == 'hello' and death['incarnation'] == 1,
            'the restart is in /api/tasks')
    s.check(sum(answer['outages']['log2_us']) == 1, 'its outage is counted')
    metrics = web.curl(port, '/metrics').decode()
    s.check('usrd_task_restarts_total{task="hello"} 1\n' in metrics and
            'usrd_outage_seconds_bucket{le="+Inf"} 1\n' in metrics,
            'and in /metrics')
    lines = [line for line in metrics.splitlines() if line[:1] != '#']
    s.check(all(re.fullmatch(r'usrd_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? '
                             r'[\d.]+', line) for line in lines),
            f'whose {len(lines)} lines are all well formed')
    two = web.curl(port, '/style.css', f'{here}/script.js', '-v',
                   '--stderr', '-').decode()
    s.check('Re-using existing connection' in two, 'a connection is used again')
    s.check(web.status(port, '/nothing') == 404, 'what is not there: 404')
    size = web.curl(port, '/random?bytes=65536', '-I', '-w', '%{size_download}')
    s.check(b'Content-Length: 65536\r\n' in size and size.endswith(b'\n0'),
            'HEAD has no body')
s.forbid(r' (httpd|reader|virtio-net)#\d+ (death|deny) ')
s.done()
