"""The real server, as a process of its own, in the ways people start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from monitor.config.settings import PREFIX, ROOT, Settings
from tests import marks
from tests.ports import free_port

START_SECONDS = 180
STOP_SECONDS = 120
SERVE = ("-m", "monitor", "serve", "--port", "{port}")
STREAMLIT_RUN = ("-m", "streamlit", "run", "app.py", "--server.port", "{port}")
UVICORN = ("-m", "uvicorn", "app:app", "--port", "{port}")


@dataclass(frozen=True)
class Server:
    """A server, however it was started."""

    port: int
    output: Path

    @property
    def address(self) -> str:
        """The address it answers at."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        raise NotImplementedError

    def stop(self) -> int:
        """Ask it to stop; returns its exit status."""
        raise NotImplementedError

    def log(self) -> str:
        """Everything it has written so far to stdout and stderr."""
        return self.output.read_text("utf-8", "replace")


@dataclass(frozen=True)
class Live(Server):
    """A server in a process that this process started."""

    process: subprocess.Popen[bytes]

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """Kill it with signal 9."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to stop; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def running(settings: Settings, folder: Path, command: Sequence[str] = SERVE) -> Iterator[Live]:
    """Start a server on the store of `settings`, wait until it answers, and stop it at the end."""
    port = free_port()
    output = folder / "server.log"
    with output.open("wb") as handle:
        process = subprocess.Popen(
            [sys.executable, *(part.format(port=port) for part in command)],
            cwd=ROOT,
            env=environment(settings, folder) | base_url(settings, port),
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
        )
    live = Live(port, output, process)
    try:
        wait_for(live)
        yield live
    finally:
        if live.alive:
            live.kill()


def base_url(settings: Settings, port: int) -> dict[str, str]:
    """The address that browsers go to, as a name: no log may hold an IP address.

    Under https on this machine that is the proxy in front of the server, not the server's own.
    """
    behind_proxy = settings.base_url.startswith("https://localhost:")
    return {
        "TEAMKLIMAAT_BASE_URL": settings.base_url if behind_proxy else f"http://localhost:{port}"
    }


def environment(settings: Settings, folder: Path) -> dict[str, str]:
    """Environment variables for a process that works on the store of `settings`."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith((PREFIX, "STREAMLIT_", "XDG_"))
    }
    return inherited | {
        "HOME": str(folder),
        "TEAMKLIMAAT_BASE_URL": settings.base_url,
        "TEAMKLIMAAT_DATABASE_URL": settings.database_url,
        "TEAMKLIMAAT_KEYS_DIR": str(settings.keys_dir),
        "TEAMKLIMAAT_SECRET_FILE": str(settings.secret_file),
        "TEAMKLIMAAT_SMTP_URL": settings.smtp_url,
        "TEAMKLIMAAT_MAIL_FROM": settings.mail_from,
    }


def wait_for(server: Server) -> None:
    """Wait until a server answers; fail when it stops before it does."""
    marks.require(marks.SERVER)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not server.alive:
            raise AssertionError(f"the server stopped: {server.log()}")
        if _is_well(server.port):
            return
        time.sleep(0.05)
    raise AssertionError(f"no answer within {START_SECONDS} s: {server.log()}")


def _is_well(port: int) -> bool:
    """Whether a server answers; a client of httpx would read all certificates at every try."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
