"""The mail server and the sender: from two settings, or from the fields of a form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import getaddresses
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from monitor.errors import InputRefused, SettingsRefused

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LONGEST_HOST = 253
LONGEST = 256
"""Characters of a host's name (RFC 1035), and of any other field."""
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?|::1")
_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")


class Security(StrEnum):
    """How the connection is kept private; the values are the URL schemes of the setting."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


USUAL_PORT = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and the user and password for it."""

    security: Security
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MailRoute:
    """How mail is sent: over which server, and in whose name."""

    server: MailServer
    sender: str


def parse(url: str) -> MailServer:
    """Read ``smtp+starttls://user:password@host:587``.

    Raises
    ------
    SettingsRefused
        When it cannot be read, or would send a password unprotected over a network.
    """
    try:
        parts = urlsplit(url)
        security, host, port = Security(parts.scheme), parts.hostname, parts.port
    except ValueError:
        raise SettingsRefused("settings.smtp_url") from None
    if not host or parts.path.strip("/") or parts.query or parts.fragment or port == 0:
        raise SettingsRefused("settings.smtp_url")
    user, password = _sign_in(parts)
    if user and security is Security.NONE and host not in LOOPBACK:
        raise SettingsRefused("settings.smtp_clear")
    return MailServer(security, host, port or USUAL_PORT[security], user, password)


def from_fields(
    security: Security, host: str, port: str, user: str, password: str, sender: str
) -> MailRoute:
    """The route that the fields of a form describe; without a port the usual one.

    Raises
    ------
    InputRefused
        When a field cannot be used, or a password would cross a network unprotected.
    """
    host, port, user, sender = (field.strip() for field in (host, port, user, sender))
    if not _HOST.fullmatch(host) or len(host) > LONGEST_HOST:
        raise InputRefused("mail.host")
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 2**16):
        raise InputRefused("mail.port")
    _check_sign_in(user, password)
    if user and security is Security.NONE and host not in LOOPBACK:
        raise InputRefused("mail.clear")
    try:
        check_sender(sender)
    except SettingsRefused:
        raise InputRefused("mail.sender_text") from None
    number = int(port) if port else USUAL_PORT[security]
    return MailRoute(MailServer(security, host, number, user, password), sender)


def check_sender(sender: str) -> str:
    """Return `sender` when it is one mail address, with or without a name.

    Raises
    ------
    SettingsRefused
        When it is not.
    """
    addresses = [address for _, address in getaddresses([sender])]
    if len(addresses) != 1 or not sender.isprintable() or not _ADDRESS.fullmatch(addresses[0]):
        raise SettingsRefused("settings.mail_from")
    if not addresses[0].isascii():
        raise SettingsRefused("settings.mail_from")
    return sender


def _check_sign_in(user: str, password: str) -> None:
    if bool(user) != bool(password):
        raise InputRefused("mail.sign_in_half")
    if not (user + password).isprintable() or max(len(user), len(password)) > LONGEST:
        raise InputRefused("mail.sign_in_text")


def _sign_in(parts: SplitResult) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password) or not (user + password).isprintable():
        raise SettingsRefused("settings.smtp_url")
    return user, password
