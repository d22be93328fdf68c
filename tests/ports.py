"""Ports for servers in tests that nothing else takes before the server does."""

from __future__ import annotations

import os
import random
import socket
from itertools import chain
from pathlib import Path

LOWEST = 10_000
EPHEMERAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""The range from which the kernel takes ports for outgoing connections; ours lie below it."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_taken: set[int] = set()


def free_port() -> int:
    """A port that is free, that no outgoing connection gets, and that no other test gets."""
    ports = _range()[_WORKER::_WORKERS]
    first = random.SystemRandom().randrange(len(ports))
    for port in chain(ports[first:], ports[:first]):
        if port in _taken:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _taken.add(port)
        return port
    raise AssertionError("every port is in use")


def _range() -> range:
    try:
        highest = int(EPHEMERAL_PORTS.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        highest = 32_768
    return range(LOWEST, max(highest, LOWEST + 5_000))
