# SPDX-License-Identifier: GPL-2.0-or-later
"""An image without its ISO: QEMU itself loads the kernel and the modules, by
multiboot as GRUB does, the same bytes and lines in the same order, and the
guest runs a second earlier.

QEMU takes the name of a module's file for the first word of its line, so each
file is here under that name, and QEMU has to be started here.  It loads no
64-bit ELF file, so the kernel's header is made a 32-bit one; what is loaded
stays what it was."""
import gzip
import hashlib
import os
import shutil
import subprocess

import iso
from image import ImageError

from . import qemu

KERNELS = qemu.TESTS / 'kernels'


def write(image, folder):
    """Check an image and write its files to a folder: QEMU's words."""
    files = image.check()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / 'kernel').symlink_to(_kernel(iso.kernel(image)))
    lines, written = [], {'kernel': None}
    for module in image.modules():
        name = module.words[0]
        if written.setdefault(name, module.path) != module.path:
            raise ImageError(f'two files are called {name}: boot with GRUB')
        (folder / name).write_bytes(files[module.path])
        lines.append(' '.join(module.words).replace(',', ',,'))
    return ['-kernel', 'kernel', '-append', ' '.join(image.kernel_line()),
            '-initrd', ','.join(lines)]


def _kernel(data):
    """The kernel with a 32-bit header, made once."""
    kernel = KERNELS / hashlib.sha256(data).hexdigest()[:16]
    if not kernel.exists():
        KERNELS.mkdir(parents=True, exist_ok=True)
        part = kernel.with_suffix(f'.{os.getpid()}')
        part.write_bytes(gzip.decompress(data)
                         if data[:2] == b'\x1f\x8b' else data)
        subprocess.run(['objcopy', '-I', 'elf64-x86-64', '-O', 'elf32-i386',
                        part], check=True, capture_output=True)
        part.rename(kernel)
    return kernel
