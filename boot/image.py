# SPDX-License-Identifier: GPL-2.0-or-later
"""The image language (images/README.md) and what it becomes: module lines.

    image = image.load("images/default.image")
    image.add("raw", "name=path words...")
    iso.write(image, "build/x.iso")
"""

import os
import re
from pathlib import Path

import elf

ROOT = Path(__file__).resolve().parent.parent
KERNEL = "build/sysroot/boot/gnumach-1.8-amd64-up.gz"
KERNEL_EXT = "build/kernel-ext/kernel-ext"
GUARD = "build/kernel-ext/guard"

# What the kernel cannot survive.
MAX_MODULES = 29
MAX_RAMDISKS = 4
PAGE = 4096
MAX_KERNEL_LINE = 500
MAX_MODULE_LINE = 3000

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
PORTS = ["--host-priv-port=${host-port}", "--device-master-port=${device-port}"]
CREATE = "$(task-create)"
RESUME = "$(task-resume)"
RAMDISK = "$(ramdisk-create)"


class ImageError(Exception):
    """One line for the person who wrote the image."""


class Module:
    """One `module` line: the file it loads and its words, name first."""

    def __init__(self, path, words, is_elf=True):
        self.path = Path(path)
        self.words = words
        self.is_elf = is_elf

    @property
    def name(self):
        return self.words[0]


def key(word):
    return word.split("=", 1)[0]


def split_args(words):
    """Words before `--` and after it; None when there is no `--`."""
    if "--" not in words:
        return words, None
    at = words.index("--")
    return words[:at], words[at + 1:]


def merge(default, words):
    """A .task's words overridden key by key; `-key` takes one away."""
    base, args = split_args(default)
    over, over_args = split_args(words)
    removed = {word[1:] for word in over if word.startswith("-")}
    added = [word for word in over if not word.startswith("-")]
    replaced = removed | {key(word) for word in added}
    result = [word for word in base if key(word) not in replaced] + added
    return result, over_args if over_args is not None else args


def task_line(name, words, args):
    return [name, *words, CREATE] + (["--", *args] if args is not None else [])


def words_of(text):
    """All words of a file or a line; `#` starts a comment."""
    return [word for line in text.splitlines()
            for word in re.sub(r"(^|\s)#.*", "", line).split()]


def find_program(program):
    """The ELF file of a program's name or path, and its .task file."""
    if "/" in program:
        return ROOT / program, None
    task = ROOT / "tasks" / program / f"{program}.task"
    return (ROOT / "build" / "tasks" / program / program,
            task if task.exists() else None)


class Image:
    """What an image file says, in order."""

    def __init__(self, name="image"):
        self.name = name
        self.qemu = []
        self.kernel = []
        self.kernel_ext = []
        self.hardened = None     # not said
        self.tasks = []
        self.task_names = set()
        self.sources = []
        self.kernel_file = ROOT / KERNEL
        self.kernel_ext_file = ROOT / KERNEL_EXT

    def add(self, verb, rest, where="image"):
        """One line of the language."""
        words = rest.split()
        if verb == "qemu":
            if self.qemu and words and words[0].startswith(","):
                self.qemu[-1] += words.pop(0)
            self.qemu += words
        elif verb == "kernel":
            self.kernel += words
        elif verb in ("hardened=yes", "hardened=no") and not words:
            self.hardened = verb == "hardened=yes"
        elif verb == "kernel-ext":
            self.kernel_ext += words
        elif verb not in ("task", "raw", "ramdisk"):
            raise ImageError(f"{where}: unknown word '{verb}': a line starts "
                             "with qemu, kernel, hardened=, kernel-ext, task, "
                             "raw or ramdisk")
        elif not words:
            raise ImageError(f"{where}: '{verb}' wants a name")
        elif verb == "ramdisk":
            self.tasks.append(Module(ROOT / words[0], [
                os.path.basename(words[0]), *words[1:], RAMDISK], False))
        else:
            self._add_task(verb, words, where)

    def _add_task(self, verb, words, where):
        name, _, program = words[0].partition("=")
        path, task_file = find_program(program or name)
        if verb == "raw":
            self.tasks.append(Module(path, [name, *words[1:]]))
            return
        if name in self.task_names:
            raise ImageError(f"{where}: a second task '{name}': give it "
                             f"another name, like {name}2={program or name}")
        default = []
        if task_file:
            self.sources.append(task_file)
            default = words_of(task_file.read_text())
        self._add_line(name, path, merge(default, words[1:]))

    def _add_line(self, name, path, words):
        self.task_names.add(name)
        self.tasks.append(Module(path, task_line(name, *words)))

    def add_file(self, path, words):
        """A task from anywhere, named as its file, with these words."""
        name = path.name.removesuffix(".elf")
        if not re.fullmatch(NAME, name):
            raise ImageError(f"{path}: '{name}' cannot be a task's name: a "
                             "letter or digit, then letters, digits, '.', "
                             "'_', '-', 63 at most; rename the file")
        if name in self.task_names:
            raise ImageError(f"{path}: the image has a task '{name}': rename "
                             "the file")
        self._add_line(name, path, split_args(words_of(words)))

    def modules(self):
        """Every module line, kernel-ext's and the guard's first."""
        return [
            Module(self.kernel_ext_file, ["kernel-ext", *PORTS,
                                          *self.kernel_ext, CREATE, RESUME]),
            Module(ROOT / GUARD, ["guard", CREATE]),
            *self.tasks,
        ]

    def kernel_line(self, screen=False):
        return ([] if screen else ["console=com0"]) + self.kernel

    def check(self):
        """Refuse what the kernel would not survive.  Returns the stripped
        bytes of every file to load, by path."""
        size = len(" ".join(self.kernel_line()))
        if size >= MAX_KERNEL_LINE:
            raise ImageError(f"{self.name}: the kernel's command line has "
                             f"{size} bytes; it dies of {MAX_KERNEL_LINE}")
        modules = self.modules()
        if len(modules) > MAX_MODULES:
            raise ImageError(f"{self.name}: {len(modules)} modules; the "
                             f"kernel dies of more than {MAX_MODULES} (use "
                             "instances=)")
        ramdisks = sum(RAMDISK in module.words for module in modules)
        if ramdisks > MAX_RAMDISKS:
            raise ImageError(f"{self.name}: {ramdisks} ramdisks; the kernel "
                             f"has room for {MAX_RAMDISKS}")
        files, bases = {}, []
        for module in modules:
            self._check_words(module)
            if module.path not in files:
                files[module.path] = self._check_file(module, bases)
        return files

    def _check_words(self, module):
        size = len(" ".join(module.words))
        if size >= MAX_MODULE_LINE:
            raise ImageError(f"{self.name}: the line of '{module.name}' has "
                             f"{size} bytes; the kernel dies of "
                             f"{MAX_MODULE_LINE}")
        for word in module.words:
            if re.search(r"[\\'\"]", word) or not word.isprintable():
                raise ImageError(f"{self.name}: '{module.name}' has the word "
                                 f"{word!r}: GRUB changes quotes and "
                                 "backslashes on the way")

    def _check_file(self, module, bases):
        try:
            data = module.path.read_bytes()
        except OSError as error:
            raise ImageError(f"{self.name}: '{module.name}': {module.path}: "
                             f"{error.strerror} (is it built?)") from None
        if not module.is_elf:
            # A ramdisk has whole pages, whatever is in memory behind the file.
            return data + bytes(-len(data) % PAGE)
        try:
            low, high, end = elf.check(data)
        except elf.BadElf as error:
            raise ImageError(f"{self.name}: '{module.name}': {module.path} "
                             f"{error}") from None
        for other, other_low, other_high in bases:
            if low < other_high and other_low < high:
                raise ImageError(f"{self.name}: '{module.name}' is linked "
                                 f"at {low:#x}, where '{other}' is: give it "
                                 "a base of its own in its task.ninja, or "
                                 "with usrd-gcc -Wl,--defsym=base=ADDRESS")
        bases.append((module.name, low, high))
        return elf.strip(data, end)


def parse(text, name="image"):
    image = Image(name)
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if line:
            verb, _, rest = line.partition(" ")
            image.add(verb, rest, f"{name}:{number}")
    return image


def load(path):
    try:
        return parse(Path(path).read_text(), str(path))
    except OSError as error:
        raise ImageError(f"{path}: {error.strerror}") from None
