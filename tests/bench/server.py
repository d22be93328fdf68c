"""A real server on a store of its own, with the cost of its process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port and its process."""

    port: int
    pid: int

    def cpu(self) -> float:
        """The processor seconds used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self) -> float:
        """The resident memory in MB."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """The most resident memory there ever was, in MB."""
        return self._status("VmHWM")

    def _status(self, name: str) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith(name)]
        return int(line.split()[1]) / 1024


def environment(folder: Path) -> dict[str, str]:
    """Environment variables for an installation in `folder`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TEAMKLIMAAT_")}
    return clean | {
        "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'teamklimaat.db'}",
        "TEAMKLIMAAT_KEYS_DIR": str(folder / "state" / "keys"),
        "TEAMKLIMAAT_SECRET_FILE": str(folder / "state" / "secret"),
    }


@contextmanager
def serving(folder: Path, chosen: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run ``python -m monitor serve`` on a free port, for an installation in `folder`.

    Parameters
    ----------
    chosen
        Environment variables to use instead of those of `folder`.
    """
    command = ["-m", "monitor", "serve", "--port", "{port}"]
    with starting(command, folder, chosen or environment(folder)) as server:
        yield server


@contextmanager
def starting(command: Sequence[str], folder: Path, chosen: Mapping[str, str]) -> Iterator[Server]:
    """Run a Python program that serves on the port it is given, until ``/healthz`` answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [sys.executable, *(part.format(port=port) for part in command)]
    with (folder / "serve.log").open("wb") as log:
        own = {"TEAMKLIMAAT_BASE_URL": f"http://localhost:{port}", **chosen}
        process = subprocess.Popen(arguments, cwd=ROOT, env=own, stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")
