"""Connections that take too long to ask something, or ask too much, are let go.

The server's own limits count only between requests. A proxy in front has limits of its own; a
place like this one, where the app stands alone, must not be held by whoever sends a byte a minute.

What is no request at all never reaches the application; the refusals made here carry the same
headers as its answers, and say the same in every language.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Response
from websockets.server import ServerProtocol

from monitor.locale import languages, texts
from monitor.web.http.safe_headers import BARE_POLICY, NO_STORE, safe_headers

HEAD_SECONDS = 20.0
BODY_SECONDS = 120.0
"""How long a request may take to arrive: first its head, then what it carries. Enough for the
largest upload on a poor connection."""
HEAD_BYTES = 64 * 1024
"""The most a head may be; browsers stay far below."""


class Connection(HttpToolsProtocol):
    """The server's own, with a clock on what comes in."""

    _deadline: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes of the head so far; None once it is in."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected: let them ask something."""
        super().connection_made(transport)
        self._within(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """They left."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something came in."""
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > HEAD_BYTES:
            self._let_go()

    def on_message_begin(self) -> None:
        """The first byte of a request, also of a later one on the same connection."""
        super().on_message_begin()
        self._head = 0 if self._head is None else self._head
        self._within(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """The head is in."""
        self._head = None
        self._within(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of it is in."""
        self._arrived()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on another protocol listens, with its own idea of time."""
        self._arrived()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, in our own words."""
        said = refusal()
        head = (
            *safe_headers(BARE_POLICY),
            NO_STORE,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(said)).encode("ascii")),
            (b"connection", b"close"),
        )
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in head)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + lines + b"\r\n" + said)
        self.transport.close()

    def _within(self, seconds: float) -> None:
        self._arrived()
        self._deadline = self.loop.call_later(seconds, self._let_go)

    def _arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _let_go(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()


class Handshakes(ServerProtocol):
    """The rules of a websocket, with our own words and headers on every refusal."""

    def reject(self, status: Any, text: str) -> Response:
        """Refuse a handshake."""
        response = super().reject(status, refusal().decode("utf-8"))
        for name, value in (*safe_headers(BARE_POLICY), NO_STORE):
            response.headers[name.decode("ascii")] = value.decode("ascii")
        return response


class Socket(WebSocketsSansIOProtocol):
    """The server's own websocket, refusing as the rest of the house does."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.conn = Handshakes(
            extensions=self.conn.available_extensions,
            max_size=self.config.ws_max_size,
            logger=self.logger,
        )

    def data_received(self, data: bytes) -> None:
        """Something came in."""
        super().data_received(data)
        # A handshake the rules cannot even read is left without an answer: nothing would end it.
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.abort()


@cache
def refusal() -> bytes:
    """What is said to whatever is no request, in every language."""
    said = (texts(language) for language in languages())
    lines = (f"{t('message.bad_request.title')}. {t('message.bad_request.text')}" for t in said)
    return ("\n".join(lines) + "\n").encode("utf-8")
