# SPDX-License-Identifier: GPL-2.0-or-later
"""The shell commands of a section of a README, for a test that follows them."""
import re
import subprocess
import threading

SECONDS = 90        # for the boot: a busy host has more than the guide gives


def steps(guide, section):
    """Its commands, and its last one, which boots."""
    text = re.search(rf'^## {re.escape(section)}$(.*?)(?=^## |\Z)',
                     guide.read_text(), re.M | re.S)[1]
    commands = '\n'.join(re.findall(r'^```sh\n(.*?)^```', text, re.M | re.S))
    before, boot = commands.rstrip().rsplit('\n', 1)
    return before, boot


def run(command, folder, env=None):
    """The status and what was said."""
    done = subprocess.run(['sh', '-ec', command], cwd=folder, env=env,
                          text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          errors='replace')
    return done.returncode, done.stdout.splitlines()


def boots(command, folder, task, env=None):
    """Whether the task gets ready, and what was said."""
    said, ready = [], False
    command = re.sub(r'-t \d+', f'-t {SECONDS}', command)
    with subprocess.Popen(['sh', '-c', f'exec {command}'], cwd=folder, env=env,
                          text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          errors='replace') as qemu:
        for line in qemu.stdout:
            said.append(line.rstrip())
            if f' {task}#1 ready ' in line and not ready:
                ready = True
                threading.Timer(2, qemu.terminate).start()
    return ready, said
