"""nginx with the very configuration we ship, in front of servers that tests start."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx

from monitor.config.settings import ROOT
from tests import marks
from tests.needs import lacking
from tests.ports import free_port

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
CERTIFICATE, CERTIFICATE_KEY = "teamklimaat.pem", "teamklimaat.key"


@dataclass(frozen=True)
class Proxy:
    """A running nginx.

    Parameters
    ----------
    port, plain_port
        Where it speaks TLS, and where it does not.
    """

    port: int
    plain_port: int
    certificate: Path
    output: Path
    """All that it writes."""

    @property
    def address(self) -> str:
        """What people type."""
        return f"https://localhost:{self.port}"

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Trusts the proxy's certificate and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def written(self) -> str:
        """All that it wrote so far."""
        return self.output.read_text("utf-8", "replace")


@contextmanager
def proxy(folder: Path, servers: Sequence[int], port: int = 0) -> Iterator[Proxy]:
    """Start nginx in front of the two `servers` (ports) and stop it at the end.

    Of the configuration only the places are others: ports, addresses of processes, certificate,
    folder of temporary files. A header tells the test which process answered.
    """
    marks.require(marks.SERVER)
    running = Proxy(port or free_port(), free_port(), _certificate(folder), folder / "proxy.txt")
    (folder / "nginx.conf").write_text(_configuration(running, folder, servers), "utf-8")
    with running.output.open("wb") as handle:
        process = subprocess.Popen(
            [_program("nginx"), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
            stdout=handle,
            stderr=handle,
        )
    try:
        _wait(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(60)


def _configuration(running: Proxy, folder: Path, servers: Sequence[int]) -> str:
    text = CONFIGURATION.read_text("utf-8")
    places = {
        "/tmp/nginx": str(folder / "nginx"),
        "/etc/nginx/tls/": f"{folder}/",
        "listen 8080;": f"listen 127.0.0.1:{running.plain_port};",
        "listen 8443 ssl;": f"listen 127.0.0.1:{running.port} ssl;",
        'age=31536000" always;\n        if': (
            'age=31536000" always;\n        add_header X-Answered-By $upstream_addr always;\n'
            "        if"
        ),
    }
    for name, port in zip(("app1", "app2"), servers, strict=True):
        places[f"server {name}:8501"] = f"server 127.0.0.1:{port}"
    for shipped, here in places.items():
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    return f"user root;\n{text}" if os.geteuid() == 0 else text


def _certificate(folder: Path) -> Path:
    """A certificate of our own making for localhost, with its key beside it."""
    certificate = folder / CERTIFICATE
    command = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -out {certificate}"
    names = ("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    done = subprocess.run(
        [_program("openssl"), *command.split(), "-keyout", folder / CERTIFICATE_KEY, *names],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return certificate


def _program(name: str) -> str:
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    return program or lacking(f"{name} is not installed: the proxy was not tested")


def _wait(running: Proxy, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, running.written()
        try:
            if httpx.get(f"{running.address}/healthz", verify=running.tls).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the proxy did not answer")
