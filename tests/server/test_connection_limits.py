"""Connections that ask too slowly, or too much, are let go; all others are served."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from monitor.server import connection_limits
from monitor.server.connection_limits import Connection

QUICK = 0.4
PATIENCE = 60
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read everything, then say how much it was."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        time.sleep(2 * QUICK)
    said = str(size).encode()
    headers = [(b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with little patience."""
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", QUICK)
    monkeypatch.setattr(connection_limits, "BODY_SECONDS", QUICK)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application, http=Connection, lifespan="off", log_config=None, timeout_keep_alive=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


def line_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def answer(line: socket.socket) -> bytes:
    """A whole answer, in however many parts it comes."""
    came = b""
    while not came.partition(b"\r\n\r\n")[2]:
        more = line.recv(1000)
        assert more, came
        came += more
    return came


def is_let_go(line: socket.socket) -> bool:
    """Whether the other side hangs up, without an answer."""
    try:
        return line.recv(100) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GE",
        ASK,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ],
    ids=["nothing", "a word", "half a head", "half a body", "a body without an end"],
)
def test_half_a_request_is_let_go(port: int, half: bytes) -> None:
    with line_to(port) as line:
        line.sendall(half)
        assert is_let_go(line)


def test_a_byte_now_and_then_does_not_help(port: int) -> None:
    with line_to(port) as line, pytest.raises(ConnectionError):
        line.sendall(ASK)
        for _ in range(20):
            time.sleep(QUICK / 4)
            line.sendall(b"X: y\r\n")


def test_half_a_second_request_is_let_go_too(port: int) -> None:
    with line_to(port) as line:
        line.sendall(ASK + b"\r\n")
        assert answer(line).endswith(b"\r\n\r\n0")
        line.sendall(ASK)
        assert is_let_go(line)


def test_whoever_waits_for_an_answer_or_between_requests_is_not(port: int) -> None:
    with line_to(port) as line:
        line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer(line).endswith(b"\r\n\r\n0")
        time.sleep(2 * QUICK)
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
        assert answer(line).endswith(b"\r\n\r\n4")


def test_a_head_that_is_far_too_long_is_let_go(port: int) -> None:
    with line_to(port) as line:
        line.sendall(ASK)
        try:
            for _ in range(3):
                time.sleep(0.01)
                line.sendall(b"X: " + b"y" * 40_000 + b"\r\n")
        except ConnectionError:
            return
        assert is_let_go(line)
