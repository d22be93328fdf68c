"""Two processes on one PostgreSQL behind the proxy we ship; one of them is killed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from monitor.config.settings import ROOT
from monitor.pulse.invitations import codes
from tests.faults.clients import CLIENTS, check_every_answer_counts_once, respondents
from tests.faults.conftest import Town
from tests.fork_server import ForkedServer, ForkServer
from tests.needs import lacking
from tests.ports import free_port
from tests.stores import POSTGRESQL

pytestmark = pytest.mark.postgresql

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
COOKIES = ("teamklimaat_session", "__Host-teamklimaat_session")


@dataclass(frozen=True)
class Proxied:
    """Two servers and the proxy in front of them."""

    port: int
    servers: tuple[ForkedServer, ForkedServer]
    output: Path


@pytest.fixture
def store() -> str:
    """The kind of database."""
    return POSTGRESQL


@pytest.fixture
def proxied(town: Town, forks: ForkServer, tmp_path: Path) -> Iterator[Proxied]:
    """Two servers that serve the town, and the proxy."""
    with ExitStack() as stack:
        servers = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            server = forks.running(town.context.settings, tmp_path / name)
            servers.append(stack.enter_context(server))
        first, second = servers
        port = stack.enter_context(_proxy(tmp_path, (first.port, second.port)))
        yield Proxied(port, (first, second), tmp_path / "proxy.txt")


@contextmanager
def _proxy(folder: Path, ports: Sequence[int]) -> Iterator[int]:
    """Run nginx with the configuration we ship, except for addresses and folders."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        lacking("nginx is not installed on this machine: two processes were not tested")
    port = free_port()
    text = CONFIGURATION.read_text("utf-8").replace("/tmp/nginx", str(folder / "nginx"))
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    for name, app_port in zip(("app1", "app2"), ports, strict=True):
        text = text.replace(f"server {name}:8501", f"server 127.0.0.1:{app_port}")
    # Only the test needs to see which server answered.
    text = text.replace("server_tokens off;", "add_header X-Answered-By $upstream_addr always;")
    if os.geteuid() == 0:
        text = f"user root;\n{text}"
    (folder / "nginx.conf").write_text(text, "utf-8")
    with (folder / "proxy.txt").open("wb") as handle:
        process = subprocess.Popen(
            [program, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
            stdout=handle,
            stderr=handle,
        )
    try:
        _wait(port, process, folder / "proxy.txt")
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, output.read_text()
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the proxy did not answer")


def test_one_of_two_is_killed_and_no_acknowledged_answer_is_lost(
    town: Town, proxied: Proxied, now: datetime
) -> None:
    people = respondents(proxied.port, town)
    people.start()
    while len(people.statuses) < len(town.codes) // 4:
        time.sleep(0.01)
    proxied.servers[0].kill()
    people.wait()

    failed = [status for status in people.statuses.values() if status != 200]
    assert people.lost == 0
    assert set(failed) <= {503}
    assert len(failed) < 4 * CLIENTS
    assert all(b"Even geduld" in page for page in people.pages)
    assert len(people.acknowledged) > len(town.codes) * 3 // 4
    _nothing_was_written_down(town, proxied)
    check_every_answer_counts_once(town, people.acknowledged, now)


def _nothing_was_written_down(town: Town, proxied: Proxied) -> None:
    written = proxied.output.read_text("utf-8", "replace")
    assert "/pulse" not in written
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", written)
    assert not any(code in written or codes.show(code) in written for code in town.codes)


def test_the_proxy_keeps_a_visitor_with_one_process_and_shows_no_counters(
    proxied: Proxied,
) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{proxied.port}") as client:

        def answered_by(cookie: str) -> str:
            return client.get("/", headers={"cookie": cookie}).headers["x-answered-by"]

        for name in COOKIES:
            servers = {
                number: {answered_by(f"taal=nl; {name}=session-{number}") for _ in range(4)}
                for number in range(12)
            }
            assert all(len(addresses) == 1 for addresses in servers.values())
            assert len(set.union(*servers.values())) == 2
        for path in ("/metrics", "/Metrics", "/metrics/"):
            assert client.get(path).status_code == 404
        assert client.get("/healthz").status_code == 200
