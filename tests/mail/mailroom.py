"""A real SMTP server in a thread, which a test can make refuse, delay or hang up."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests import marks
from tests.ports import free_port

Reply = Callable[[str, int], str | None]
"""Maps the recipient and the number of letters taken to an SMTP reply, or None to accept."""


@dataclass
class Mailroom:
    """The letters it took, and how it behaves."""

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    on_rcpt: Reply = lambda _to, _taken: None
    on_data: Reply = lambda _to, _taken: None
    hangs_up_on: frozenset[str] = frozenset()
    """Recipients in the middle of whose letter the connection is cut, once each."""
    wait: float = 0.0
    """Seconds before each letter is taken."""
    wait_after: float = 0.0
    """Seconds between taking a letter and acknowledging it."""
    slow_on: dict[str, float] = field(default_factory=dict)
    """Seconds before the letter to a recipient is taken."""
    slow_rcpt: dict[str, float] = field(default_factory=dict)
    """Seconds before the reply to RCPT for a recipient, once."""
    connections: int = 0

    @classmethod
    @contextmanager
    def open(
        cls,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        login: tuple[bytes, bytes] | None = None,
    ) -> Iterator[Mailroom]:
        """Open it on a free port; close it at the end."""
        marks.require(marks.MAIL)
        server = cls(free_port())

        def authenticate(*arguments: object) -> AuthResult:
            credentials = arguments[-1]
            assert isinstance(credentials, LoginPassword)
            typed = (credentials.login, credentials.password)
            return AuthResult(success=typed == login, handled=False)

        controller = Controller(
            server,
            hostname="127.0.0.1",
            port=server.port,
            ssl_context=tls,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticate if login else None,
            auth_required=login is not None,
            auth_require_tls=starttls is not None,
            enable_SMTPUTF8=True,
        )
        controller.start()
        try:
            yield server
        finally:
            controller.stop()

    @property
    def to(self) -> Counter[str]:
        """How many letters each recipient got."""
        return Counter(str(message["To"]) for message in self.taken)

    @property
    def message_ids(self) -> Counter[str]:
        """How often each letter came."""
        return Counter(str(message["Message-ID"]) for message in self.taken)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        replies: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return replies

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        await asyncio.sleep(self.slow_rcpt.pop(address, 0.0))
        reply = self.on_rcpt(address, len(self.taken))
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        (to,) = envelope.rcpt_tos
        await asyncio.sleep(self.slow_on.get(to, self.wait))
        if to in self.hangs_up_on:
            self.hangs_up_on -= {to}
            server.transport.abort()
            return "451 never heard"
        reply = self.on_data(to, len(self.taken))
        if reply is None:
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
            await asyncio.sleep(self.wait_after)
        return reply or "250 OK"
