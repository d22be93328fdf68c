"""A command subject to file permissions, also where the tests are run by root."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence

from monitor.cli import main

VERSION = 0x20080522
DAC_OVERRIDE, DAC_READ_SEARCH = 1 << 1, 1 << 2
"""The capabilities to pass over permissions, as in ``<linux/capability.h>``."""


def run(arguments: Sequence[str]) -> None:
    """Give up those capabilities, run the command, and write down its errors only."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(VERSION, 0)
    held = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then those above 32
    if libc.capget(header, held):
        raise OSError(ctypes.get_errno(), "the capabilities cannot be read")
    for kind in range(3):
        held[kind] &= ~(DAC_OVERRIDE | DAC_READ_SEARCH)
    if libc.capset(header, held):
        raise OSError(ctypes.get_errno(), "the capabilities cannot be given up")
    main(list(arguments))
