"""Servers that are forked from a process with everything imported: a start without the imports.

As a program it imports what the server imports, once, and forks whenever it is asked to. The
child is the whole server, from the first line of ``serve`` on, or calls another function; only
its modules are in memory already. It has ended, and has been waited for, before the answer comes,
so that nothing of it is left when the next one opens the same store.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.config.settings import ROOT, Settings
from monitor.locale import texts
from tests.live import Server, base_url, environment, wait_for
from tests.ports import free_port

IMPORTED = (
    "app",
    "monitor.cli",
    "monitor.dashboard.navigation",
    "alembic.command",
    "pandas",
    "pyarrow",
    "altair",
)


SERVE = "monitor.cli:main"
"""The function that a server runs."""
POST_EVERY = "monitor.web.http.lifespan:POST_EVERY"
"""The seconds between two times that a server looks for mail to send, to be changed."""
WAIT_SECONDS = 120


@dataclass(frozen=True)
class ForkedServer(Server):
    """A server that the fork server started."""

    pid: int
    parent: ForkServer

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return _runs(self.pid)

    def kill(self) -> None:
        """Kill it with signal 9, and wait until it is gone."""
        self.parent.ask({"end": self.pid, "signal": signal.SIGKILL})

    def stop(self) -> int:
        """Ask it to stop, and wait until it has; returns its exit status."""
        return self.parent.ask({"end": self.pid, "signal": signal.SIGTERM})


@dataclass(frozen=True)
class ForkedProgram:
    """A process that runs some function, which the fork server started."""

    pid: int
    output: Path
    parent: ForkServer

    def kill(self) -> None:
        """Kill it with signal 9, and wait until it is gone."""
        self.parent.ask({"end": self.pid, "signal": signal.SIGKILL})

    def wait(self) -> int:
        """Wait until it ends by itself; returns its exit status."""
        deadline = time.monotonic() + WAIT_SECONDS
        while _runs(self.pid):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return self.parent.ask({"end": self.pid, "signal": 0})


@dataclass(frozen=True)
class ForkServer:
    """The program, seen from a test."""

    process: subprocess.Popen[str]

    def ask(self, request: Mapping[str, object]) -> int:
        """Send one request and wait for its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    @contextmanager
    def running(
        self,
        settings: Settings,
        folder: Path,
        ahead: timedelta = timedelta(0),
        changed: Mapping[str, object] | None = None,
    ) -> Iterator[ForkedServer]:
        """Fork a server on the store of `settings`, wait until it answers, kill it at the end.

        Parameters
        ----------
        ahead
            How far its clock is ahead.
        changed
            Names in the program (``module:NAME``) and the values they get.
        """
        output = folder / "server.log"
        output.write_bytes(b"")
        port = free_port()
        request = {
            "environment": environment(settings, folder) | base_url(settings, port),
            "output": str(output),
            "call": SERVE,
            "arguments": [["serve", "--port", str(port)]],
            "ahead": ahead.total_seconds(),
            "changed": changed or {},
        }
        server = ForkedServer(port, output, self.ask(request), self)
        try:
            wait_for(server)
            yield server
        finally:
            server.kill()

    def program(
        self, settings: Settings, output: Path, call: str, *arguments: object
    ) -> ForkedProgram:
        """Fork a process on the store of `settings` that calls ``module:function``."""
        output.write_bytes(b"")
        request = {
            "environment": environment(settings, output.parent),
            "output": str(output),
            "call": call,
            "arguments": arguments,
        }
        return ForkedProgram(self.ask(request), output, self)


@contextmanager
def started() -> Iterator[ForkServer]:
    """Start the program; all its servers end with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fork_server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield ForkServer(process)
    finally:
        process.communicate()


def _main() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    # No test of these servers has an interest in the second that every form takes.
    importlib.import_module("monitor.web.klaagmuur.write").ANSWER_SECONDS = 0.0
    for language in ("nl", "en"):
        texts(language)
    gc.collect()
    gc.freeze()  # what is there before a fork stays: no child needs to look through it again
    children: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if pid := request.get("end"):
            answer = _end(pid, request["signal"], children)
        else:
            answer = os.fork()
            if answer == 0:
                _run(request)
            children.add(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in tuple(children):
        _end(pid, signal.SIGKILL, children)


def _end(pid: int, number: int, children: set[int]) -> int:
    """Send a child a signal and wait for its end; returns its exit status, 0 if it had ended."""
    if pid not in children:
        return 0
    os.kill(pid, number)
    _, status = os.waitpid(pid, 0)
    children.remove(pid)
    return os.waitstatus_to_exitcode(status)


def _runs(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be waited for does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _run(request: Mapping[str, Any]) -> None:
    """Do what was asked for until the end of this process."""
    status: object = 1
    try:
        os.environ.clear()
        os.environ.update(request["environment"])
        tempfile.tempdir = None  # which may have been asked for in another environment
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(request["output"], os.O_WRONLY | os.O_APPEND), 1)
        os.dup2(1, 2)
        if ahead := request.get("ahead"):
            clock, delta = importlib.import_module("monitor.clock"), timedelta(seconds=ahead)
            real_now = clock.now
            clock.now = lambda: real_now() + delta
        for name, value in request.get("changed", {}).items():
            module, _, attribute = name.partition(":")
            setattr(importlib.import_module(module), attribute, value)
        module, _, function = request["call"].partition(":")
        getattr(importlib.import_module(module), function)(*request["arguments"])
        status = 0
    except SystemExit as end:
        status = end.code or 0
    except Exception:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    _main()
