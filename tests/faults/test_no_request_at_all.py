"""Bytes that are no valid HTTP request are refused in our own words and with our headers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.context import AppContext
from monitor.locale import languages, texts
from tests.fork_server import ForkServer
from tests.live import Server

UPGRADE = (
    b"GET /_stcore/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
)
VERSION, KEY = b"Sec-WebSocket-Version: 13\r\n", b"Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n"
NO_REQUEST = {
    "a method nobody knows": b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a very long address": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    "a chunk without a size": (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"
    ),
    "an upgrade without version or key": UPGRADE + b"\r\n",
    "an upgrade without a key": UPGRADE + VERSION + b"\r\n",
    "an upgrade of a wrong version": (UPGRADE + b"Sec-WebSocket-Version: 8\r\n" + KEY + b"\r\n"),
    "an upgrade with a wrong key": UPGRADE + VERSION + b"Sec-WebSocket-Key: x\r\n\r\n",
}
NAMES = (
    "content-security-policy",
    "referrer-policy",
    "x-frame-options",
    "x-content-type-options",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "x-robots-tag",
)


@pytest.fixture
def live(context: AppContext, forks: ForkServer, tmp_path: Path) -> Iterator[Server]:
    """The server."""
    with forks.running(context.settings, tmp_path) as server:
        yield server


def answer_to(port: int, sent: bytes) -> bytes:
    """Send bytes; return everything that comes back until the server hangs up."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        try:
            connection.sendall(sent)
            while more := connection.recv(65536):
                answer += more
        except ConnectionError:
            pass
    return answer


def test_it_is_refused_with_our_headers_and_in_our_words(live: Server) -> None:
    for name, sent in NO_REQUEST.items():
        head, _, page = answer_to(live.port, sent).decode("utf-8").partition("\r\n\r\n")
        status, *lines = head.split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}

        assert status.split()[1][0] == "4", name
        assert set(NAMES) <= headers.keys(), name
        assert "default-src 'none'" in headers["content-security-policy"], name
        assert headers["cache-control"] == "no-store", name
        assert "server" not in headers, name
        for language in languages():
            assert texts(language)("message.bad_request.title") in page, name
        assert "WebSocket" not in page, name


def test_an_upgrade_nobody_can_read_is_hung_up_on(live: Server) -> None:
    assert answer_to(live.port, UPGRADE + b"X: " + b"y" * 9000 + b"\r\n\r\n") == b""
