"""What goes wrong in the year: the store, the disk, the mail server, and the process itself.

Each outage begins at the n-th statement or file of a step, so that over many steps it comes at
every point there is.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from monitor.config.settings import Settings
from monitor.context import AppContext, build_context

NEVER = -1
KILLED = -signal.SIGKILL


@dataclass
class _Countdown:
    """Strikes at one of the points it is asked at, and from then on at each of them."""

    left: int

    def strikes(self) -> bool:
        self.left -= 1
        return self.left < 0


@contextmanager
def store_down(engine: Engine, after: int) -> Iterator[None]:
    """The store answers nothing any more after so many statements."""
    countdown = _Countdown(after)

    def refuse(*_arguments: Any) -> None:
        if countdown.strikes():
            fault = sqlite3.OperationalError("disk I/O error")
            raise OperationalError("", {}, fault)

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


@contextmanager
def disk_full(engine: Engine, after: int) -> Iterator[None]:
    """After so many writes nothing more fits: neither in the store nor in the key folder."""
    countdown = _Countdown(after)

    def refuse(_connection: Any, _cursor: Any, statement: str, *_arguments: Any) -> None:
        writes = not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN"))
        if writes and countdown.strikes():
            fault = sqlite3.OperationalError("database or disk is full")
            raise OperationalError("", {}, fault)

    def sync(_handle: int) -> None:
        if countdown.strikes():
            raise OSError(28, "No space left on device")

    event.listen(engine, "before_cursor_execute", refuse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", refuse)


def killed(settings: Settings, work: Callable[[AppContext], object], after: int) -> bool:
    """Do the work in a process that is killed at the n-th statement; whether that came to pass."""
    child = os.fork()
    if child == 0:
        _work_until_killed(settings, work, after)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == KILLED


def _work_until_killed(
    settings: Settings, work: Callable[[AppContext], object], after: int
) -> None:
    """In the child: never returns, and leaves nothing of the test runner behind."""
    try:
        context = build_context(settings)
        countdown = _Countdown(after)

        def die(*_arguments: Any) -> None:
            if countdown.strikes():
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(context.engine, "before_cursor_execute", die)
        event.listen(context.engine, "commit", die)
        work(context)
    finally:
        os._exit(0)
