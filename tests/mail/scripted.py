"""A server that says what a test wrote down, at each step of an SMTP conversation."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

from tests import marks

USUAL = {
    "connect": b"220 mail.example ESMTP",
    "EHLO": b"250-mail.example\r\n250 8BITMIME",
    "HELO": b"250 mail.example",
    "MAIL": b"250 ok",
    "RCPT": b"250 ok",
    "DATA": b"354 go on",
    "end": b"250 taken",
    "QUIT": b"221 bye",
    "RSET": b"250 ok",
}
HANG_UP = b""
"""In the place of a reply: the connection is cut."""


@dataclass
class ScriptedServer:
    """What it says, and how many letters it took."""

    port: int
    replies: dict[str, bytes] = field(default_factory=lambda: dict(USUAL))
    taken: int = 0

    @classmethod
    @contextmanager
    def open(cls, **replies: bytes) -> Iterator[ScriptedServer]:
        """Open it on a free port; `replies` differ from the usual ones."""
        marks.require(marks.MAIL)
        listener = socket.create_server(("127.0.0.1", 0))
        server = cls(listener.getsockname()[1], USUAL | replies)
        Thread(target=server._accept, args=(listener,), daemon=True).start()
        try:
            yield server
        finally:
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.settimeout(10)
                with connection, suppress(OSError):
                    self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        step = "connect"
        while True:
            reply = self.replies.get(step, b"502 what")
            if not reply:
                return
            connection.sendall(reply + b"\r\n")
            if step == "QUIT":
                return
            if step == "DATA" and reply.startswith(b"354"):
                while (line := lines.readline()) != b".\r\n":
                    if not line:
                        return
                self.taken += self.replies["end"].startswith(b"2")
                step = "end"
                continue
            command = lines.readline()
            if not command:
                return
            step = command[:4].upper().decode("ascii", "replace")
