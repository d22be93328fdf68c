"""What is in this process's memory stays there: no core dump, no reading along by others."""

from __future__ import annotations

import ctypes
import resource
import sys
from contextlib import suppress

PR_SET_DUMPABLE = 4
"""From ``linux/prctl.h``."""


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
