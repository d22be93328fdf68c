"""Memory of this process: no core dump is written, and freed memory goes back to the system."""

from __future__ import annotations

import ctypes
import resource
import sys
from contextlib import suppress

PR_SET_DUMPABLE = 4
"""From ``linux/prctl.h``."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""From ``malloc.h`` of the GNU C library."""
LARGE = 256 * 1024
"""Bytes from which a piece of memory goes back to the system as soon as it is free."""


def forbid_core_dumps() -> None:
    """Make the kernel write no image of this process anywhere, whatever ends it.

    The limit alone does not hold where dumps are piped to a program (core(5)); a process that is
    not dumpable is not dumped there either, and no other process of the account may look into it.
    """
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def give_back_large_pieces() -> None:
    """Return large arrays to the system when they are done with, also after many of them.

    The GNU C library otherwise raises this limit by itself and keeps what was used once: working
    out the charts of a large organisation would leave the process 10 MB larger (mallopt(3)).
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_TRIM_THRESHOLD, LARGE)
