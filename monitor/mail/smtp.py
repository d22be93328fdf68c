"""Handing one message at a time to the mail server, and telling whose fault it is if that fails."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parseaddr
from types import TracebackType

from monitor.config.mail_server import MailServer, Security
from monitor.errors import MailRefused

REPLY_TIMEOUT = 60.0
"""Seconds to wait for each of the server's replies."""
MAX_PER_CONNECTION = 50
"""Servers grow tired of a connection; we hang up first."""
_PERMANENT = 500
_CLOSING = 421
"""The server says so and hangs up."""


class AddressRefused(Exception):
    """The server will not take this message for this address, now or later."""


class TryLater(Exception):
    """The server asks to come back, or hung up before it said it has the message."""


class SmtpConnection:
    """A connection to the mail server, made when first needed and made again when lost."""

    def __init__(self, server: MailServer, name: str, timeout: float = REPLY_TIMEOUT) -> None:
        """`name` is how this machine introduces itself."""
        self._server = server
        self._name = name
        self._timeout = timeout
        self._line: smtplib.SMTP | None = None
        self._handed = 0

    def __enter__(self) -> SmtpConnection:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    def connect(self) -> smtplib.SMTP:
        """Connect and sign in, unless that is done.

        Raises
        ------
        MailRefused
            When there is no server, or it does not let us in.
        TryLater
            When it is too busy to let us in.
        """
        if self._handed >= MAX_PER_CONNECTION:
            self.hang_up()
        if self._line is None:
            self._line = _connect(self._server, self._name, self._timeout)
            self._handed = 0
        return self._line

    def send(self, message: EmailMessage) -> None:
        """Give the message to the server; on return the server answers for it.

        Raises
        ------
        AddressRefused, TryLater
            When it did not take this message.
        MailRefused
            When it takes none of ours.
        """
        _, sender = parseaddr(str(message["From"]))
        _, to = parseaddr(str(message["To"]))
        plain = to.isascii()
        content = message.as_bytes(policy=SMTP if plain else SMTPUTF8)
        line = self.connect()
        try:
            line.sendmail(sender, [to], content, [] if plain else ["SMTPUTF8"])
        except smtplib.SMTPRecipientsRefused as refused:
            self._refused(*refused.recipients[to])
        except smtplib.SMTPDataError as refused:
            self._refused(refused.smtp_code, refused.smtp_error)
        except smtplib.SMTPSenderRefused as refused:
            self._drop()
            if refused.smtp_code < _PERMANENT:
                raise TryLater from None
            raise MailRefused("mail.sender") from None
        except smtplib.SMTPNotSupportedError:
            raise AddressRefused from None
        except (smtplib.SMTPException, OSError):
            self._drop()
            raise TryLater from None
        self._handed += 1

    def hang_up(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        if self._line is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._line.quit()
            self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _refused(self, code: int, _said: bytes | str) -> None:
        if code == _CLOSING:
            self._drop()
        if code < _PERMANENT:
            raise TryLater from None
        raise AddressRefused from None


def _connect(server: MailServer, name: str, timeout: float) -> smtplib.SMTP:
    words = {"host": server.host, "port": server.port}
    line: smtplib.SMTP | None = None
    try:
        line = _dial(server, name, timeout)
        if server.security is Security.STARTTLS:
            line.starttls(context=ssl.create_default_context())
        if server.user:
            line.login(server.user, server.password)
        line.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError) as error:
        if line is not None:
            line.close()
        if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= _PERMANENT:
            raise MailRefused("mail.sign_in", **words) from None
        if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < _PERMANENT:
            raise TryLater from None
        if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
            raise MailRefused("mail.not_private", **words) from None
        raise MailRefused("mail.unreachable", **words) from None
    return line


def _dial(server: MailServer, name: str, timeout: float) -> smtplib.SMTP:
    if server.security is Security.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=timeout, context=context)
    return smtplib.SMTP(server.host, server.port, name, timeout=timeout)
