"""Handing messages to the mail server one by one, and saying on what a refusal depends."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import parseaddr
from types import TracebackType
from typing import Any

from monitor.config.mail_server import MailServer, Security
from monitor.errors import MailRefused

REPLY_TIMEOUT = 60.0
"""Seconds to wait for each of the server's replies."""
MAX_PER_CONNECTION = 50
"""Some servers limit the messages of one connection; after so many a new one is made."""
_TAKEN = 250
_PERMANENT = 500
_CLOSING = 421
"""The reply code with which a server says that it hangs up."""
_EMPTY_FIRST_LINE = re.compile(rb"(?m)^([!-9;-~]+:)[ \t]*\r\n[ \t]+")
_OF_SERVER = re.compile(r"^(\d+ 4\.3\.\d|452(?! 4\.))")
"""Replies about the server itself, such as a full disk (RFC 5321, section 4.2.3; RFC 3463, 3.4)."""
LONGEST_REPLY = 200
"""Characters of a reply that are kept."""


class AddressRefused(Exception):
    """The server refuses this message for this address for good; `reply` says why."""

    def __init__(self, reply: str = "") -> None:
        super().__init__(reply)
        self.reply = reply


class TryLater(Exception):
    """The server asks to try later, or hung up before it confirmed that it has the message.

    Parameters
    ----------
    of_address
        Whether it is this address, or its domain, that has to wait; other addresses may go now.
    """

    def __init__(self, reply: str = "", *, of_address: bool = False) -> None:
        super().__init__(reply)
        self.reply = reply
        self.of_address = of_address


class _AnyYes(smtplib.SMTP):
    """Any 2yz after a letter says that the server has it (RFC 5321, section 4.2.1).

    Taken for a refusal, the letter would be sent again and come twice.
    """

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the letter; as the base class, which refuses what comes before the text."""
        code, words = super().data(msg)
        return (_TAKEN if code // 100 == _TAKEN // 100 else code), words


class _PrivateAnyYes(_AnyYes, smtplib.SMTP_SSL):
    """The same over TLS."""


class SmtpConnection:
    """A connection to the mail server, opened when first needed and again when lost."""

    def __init__(self, server: MailServer, name: str, timeout: float = REPLY_TIMEOUT) -> None:
        """`name` is the host name this machine gives in its greeting."""
        self._server = server
        self._name = name
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

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
            When the server cannot be reached, or does not accept the connection or the sign-in.
        TryLater
            When it is too busy to do so.
        """
        if self._sent >= MAX_PER_CONNECTION:
            self.hang_up()
        if self._connection is None:
            self._connection = _connect(self._server, self._name, self._timeout)
            self._sent = 0
        return self._connection

    def send(self, message: EmailMessage) -> None:
        """Hand the message to the server; on return the server is responsible for it.

        Raises
        ------
        AddressRefused, TryLater
            When it did not take this message.
        MailRefused
            When it takes no message from this installation.
        """
        _, sender = parseaddr(str(message["From"]))
        _, to = parseaddr(str(message["To"]))
        ascii_only = to.isascii()
        content = as_bytes(message, SMTP if ascii_only else SMTPUTF8)
        connection = self.connect()
        try:
            connection.sendmail(sender, [to], content, [] if ascii_only else ["SMTPUTF8"])
        except smtplib.SMTPRecipientsRefused as refused:
            self._refused(*refused.recipients[to])
        except smtplib.SMTPDataError as refused:
            self._refused(refused.smtp_code, refused.smtp_error)
        except smtplib.SMTPSenderRefused as refused:
            self._drop()
            if refused.smtp_code < _PERMANENT:
                raise TryLater(_one_line(refused.smtp_code, refused.smtp_error)) from None
            raise MailRefused("mail.sender") from None
        except smtplib.SMTPNotSupportedError:
            raise AddressRefused from None
        except (smtplib.SMTPException, OSError):
            self._drop()
            raise TryLater from None
        self._sent += 1

    def hang_up(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _refused(self, code: int, words: bytes | str) -> None:
        reply = _one_line(code, words)
        if code == _CLOSING:
            self._drop()
        if code < _PERMANENT:
            of_server = code == _CLOSING or _OF_SERVER.search(reply) is not None
            raise TryLater(reply, of_address=not of_server) from None
        raise AddressRefused(reply) from None


def as_bytes(message: EmailMessage, policy: EmailPolicy[Any]) -> bytes:
    """The message as it goes to the server.

    A header that is a little too long is written beneath its own name, behind which nothing but a
    line end is left. Mailboxes show that as an empty subject, so it is put back on the first line.
    """
    head, blank, body = message.as_bytes(policy=policy).partition(b"\r\n\r\n")
    return _EMPTY_FIRST_LINE.sub(rb"\1 ", head) + blank + body


def _one_line(code: int, words: bytes | str) -> str:
    """The server's reply in one line of printable characters."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    plain = "".join(sign if sign.isprintable() else " " for sign in f"{code} {text}")
    return " ".join(plain.split())[:LONGEST_REPLY]


def _connect(server: MailServer, name: str, timeout: float) -> smtplib.SMTP:
    place = {"host": server.host, "port": server.port}
    connection: smtplib.SMTP | None = None
    try:
        connection = _open(server, name, timeout)
        if server.security is Security.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
        connection.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= _PERMANENT:
            raise MailRefused("mail.sign_in", **place) from None
        if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < _PERMANENT:
            raise TryLater from None
        if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
            raise MailRefused("mail.not_private", **place) from None
        raise MailRefused("mail.unreachable", **place) from None
    return connection


def _open(server: MailServer, name: str, timeout: float) -> smtplib.SMTP:
    if server.security is Security.TLS:
        context = ssl.create_default_context()
        return _PrivateAnyYes(server.host, server.port, name, timeout=timeout, context=context)
    return _AnyYes(server.host, server.port, name, timeout=timeout)
