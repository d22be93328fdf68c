"""Limits on connections: one that takes too long to send a request, or sends too much, is closed.

The server's own time limits count only between requests. A reverse proxy has limits of its own,
but the app may also run without one, for a trial on one machine or on an internal network, and
then nobody may occupy it by sending a byte a minute. The server offers no setting for this, so
its protocol classes are subclassed here, internals included: an upgrade of the server must be
tested with ``tests/server/test_connection_limits.py``.

What is not a request at all never reaches the application. The refusals made here carry the same
headers as its responses, and give the same sentence in every language.
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
"""How long a request may take to arrive: first its head, then its body. Enough for the largest
upload on a poor connection."""
HEAD_BYTES = 64 * 1024
"""The largest head; browsers stay far below."""


class Connection(HttpToolsProtocol):
    """The server's HTTP protocol, with limits on how long and how large a request may be."""

    _deadline: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes of the head so far; None once it is complete."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time limit for the first request."""
        super().connection_made(transport)
        self._start_timer(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop the time limit."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes of the head, and close the connection when they are too many."""
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > HEAD_BYTES:
            self._abort()

    def on_message_begin(self) -> None:
        """Start the time limit for a head, also for a later request on the same connection."""
        super().on_message_begin()
        self._head = 0 if self._head is None else self._head
        self._start_timer(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """Start the time limit for the body."""
        self._head = None
        self._start_timer(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Drop the time limit: the request is complete."""
        self._stop_timer()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Drop the time limit: from here on the websocket protocol has its own."""
        self._stop_timer()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not a request, with our own sentence and headers."""
        body = refusal()
        head = (
            *safe_headers(BARE_POLICY),
            NO_STORE,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode("ascii")),
            (b"connection", b"close"),
        )
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in head)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + lines + b"\r\n" + body)
        self.transport.close()

    def _start_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._deadline = self.loop.call_later(seconds, self._abort)

    def _stop_timer(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _abort(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()


class Handshake(ServerProtocol):
    """The websocket handshake, with our own sentence and headers on every refusal."""

    def reject(self, status: Any, text: str) -> Response:
        """Refuse a handshake."""
        response = super().reject(status, refusal().decode("utf-8"))
        for name, value in (*safe_headers(BARE_POLICY), NO_STORE):
            response.headers[name.decode("ascii")] = value.decode("ascii")
        return response


class Socket(WebSocketsSansIOProtocol):
    """The server's websocket protocol, refusing as the application does."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = Handshake(
            extensions=self.conn.available_extensions,
            max_size=self.config.ws_max_size,
            logger=self.logger,
        )

    def data_received(self, data: bytes) -> None:
        """Close the connection when what came in is not even a handshake."""
        super().data_received(data)
        # The server leaves such a handshake without an answer, and nothing would end it.
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.abort()


@cache
def refusal() -> bytes:
    """The text of a refusal, in every language."""
    catalogs = [texts(language) for language in languages()]
    lines = (f"{t('message.bad_request.title')}. {t('message.bad_request.text')}" for t in catalogs)
    return ("\n".join(lines) + "\n").encode("utf-8")
