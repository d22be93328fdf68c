"""Ports for servers that tests start, such that nothing else takes one before the server does."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

LOWEST = 10_000
KERNEL = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""From where the kernel takes ports for whoever calls somebody: a probed port may go there."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_given: set[int] = set()


def free_port() -> int:
    """A port nobody uses, no caller is given, and no other test is told to take."""
    ours = [port for port in _range() if port % _WORKERS == _WORKER and port not in _given]
    for port in random.SystemRandom().sample(ours, len(ours)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
    raise AssertionError("every port is in use")


def _range() -> range:
    try:
        highest = int(KERNEL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        highest = 32_768
    return range(LOWEST, max(highest, LOWEST + 5_000))
