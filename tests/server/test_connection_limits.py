"""Connections that are too slow or send too much are closed; all others are served."""

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

LIMIT = 0.4
TIMEOUT = 60
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read the whole body, then answer with its size."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        time.sleep(2 * LIMIT)
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with short time limits."""
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", LIMIT)
    monkeypatch.setattr(connection_limits, "BODY_SECONDS", LIMIT)
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


def connection_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), TIMEOUT)


def answer(connection: socket.socket) -> bytes:
    """A whole response, in however many parts it comes."""
    received = b""
    while not received.partition(b"\r\n\r\n")[2]:
        more = connection.recv(1000)
        assert more, received
        received += more
    return received


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side closes the connection without a response."""
    try:
        return connection.recv(100) == b""
    except ConnectionError:
        return True


@pytest.mark.slow
@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GE",
        REQUEST,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ],
    ids=["nothing", "a word", "half a head", "half a body", "a body without an end"],
)
def test_half_a_request_is_closed(port: int, half: bytes) -> None:
    with connection_to(port) as connection:
        connection.sendall(half)
        assert is_closed(connection)


def test_a_byte_now_and_then_does_not_extend_the_limit(port: int) -> None:
    with connection_to(port) as connection, pytest.raises(ConnectionError):
        connection.sendall(REQUEST)
        for _ in range(20):
            time.sleep(LIMIT / 4)
            connection.sendall(b"X: y\r\n")


@pytest.mark.slow
def test_half_a_second_request_is_closed_too(port: int) -> None:
    with connection_to(port) as connection:
        connection.sendall(REQUEST + b"\r\n")
        assert answer(connection).endswith(b"\r\n\r\n0")
        connection.sendall(REQUEST)
        assert is_closed(connection)


@pytest.mark.slow
def test_waiting_for_a_response_or_between_requests_is_not_limited(port: int) -> None:
    with connection_to(port) as connection:
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer(connection).endswith(b"\r\n\r\n0")
        time.sleep(2 * LIMIT)
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
        assert answer(connection).endswith(b"\r\n\r\n4")


def test_a_head_that_is_far_too_long_is_closed(port: int) -> None:
    with connection_to(port) as connection:
        connection.sendall(REQUEST)
        try:
            for _ in range(3):
                time.sleep(0.01)
                connection.sendall(b"X: " + b"y" * 40_000 + b"\r\n")
        except ConnectionError:
            return
        assert is_closed(connection)
