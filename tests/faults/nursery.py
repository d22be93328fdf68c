"""Servers that are born with everything loaded, so that a kill costs a fork and not a start.

As a program it loads what the server loads, once, and then forks whenever it is asked to. What is
born is the whole server, from the first line of ``serve`` on: only its modules are in memory
already. It is killed with signal 9 and buried before the answer comes, so that nothing of it is
left when the next one opens the same store.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.config.settings import ROOT, Settings
from tests.live import Answering, environment, wait_for
from tests.ports import free_port

LOADED = ("app", "monitor.cli", "pandas", "pyarrow", "altair")


@dataclass(frozen=True)
class Born(Answering):
    """One of its servers."""

    pid: int
    nursery: Nursery

    @property
    def alive(self) -> bool:
        """Whether it still runs, and does not wait to be buried."""
        try:
            told = Path(f"/proc/{self.pid}/stat").read_text()
        except FileNotFoundError:
            return False
        return told.rpartition(")")[2].split()[0] != "Z"

    def kill(self) -> None:
        """End it at this very moment, and wait until it is gone."""
        self.nursery.ask({"kill": self.pid})


@dataclass(frozen=True)
class Nursery:
    """The program, from the outside."""

    process: subprocess.Popen[str]

    def ask(self, wanted: Mapping[str, object]) -> int:
        """Send one line and wait for the answer to it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    @contextmanager
    def running(self, settings: Settings, folder: Path) -> Iterator[Born]:
        """A server on the store of `settings`, which answers; killed at the end at the latest."""
        output = folder / "born.txt"
        output.write_bytes(b"")
        wanted = {
            "environment": environment(settings, folder),
            "output": str(output),
            "port": free_port(),
        }
        server = Born(wanted["port"], output, self.ask(wanted), self)
        try:
            wait_for(server)
            yield server
        finally:
            self.ask({"kill": server.pid})


@contextmanager
def opened() -> Iterator[Nursery]:
    """Start the program; with it end all its servers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(process)
    finally:
        process.communicate()


def _main() -> None:
    for name in LOADED:
        importlib.import_module(name)
    born: set[int] = set()
    for line in sys.stdin:
        wanted = json.loads(line)
        if pid := wanted.get("kill"):
            _bury(pid, born)
        else:
            pid = os.fork()
            if pid == 0:
                _live(wanted["environment"], wanted["output"], str(wanted["port"]))
            born.add(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in tuple(born):
        _bury(pid, born)


def _bury(pid: int, born: set[int]) -> None:
    if pid in born:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        born.remove(pid)


def _live(environ: Mapping[str, str], output: str, port: str) -> None:
    """Be a server, until the end."""
    status: object = 1
    try:
        os.environ.clear()
        os.environ.update(environ)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(output, os.O_WRONLY | os.O_APPEND), 1)
        os.dup2(1, 2)
        importlib.import_module("monitor.cli").main(["serve", "--port", port])
    except SystemExit as left:
        status = left.code or 0
    finally:
        sys.stdout.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    _main()
