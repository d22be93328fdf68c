"""The mailer of this installation: its mail server, its letterhead, and mail sent at once."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from secrets import token_hex
from urllib.parse import urlsplit

from monitor.access.accounts import LINK_HOURS
from monitor.context import AppContext
from monitor.errors import MailRefused
from monitor.locale import texts
from monitor.mail import route
from monitor.mail.message import Letterhead, Part, compose, signature
from monitor.mail.smtp import REPLY_TIMEOUT, AddressRefused, SmtpConnection, TryLater

CHECK_TIMEOUT = 10.0
"""Seconds to wait for each of the server's replies while a person waits for the outcome."""


def connection(context: AppContext, timeout: float = REPLY_TIMEOUT) -> SmtpConnection:
    """A connection to the mail server in use; MailRefused when there is none."""
    mail_route = route.in_use(context)
    if mail_route is None:
        raise MailRefused("mail.not_set")
    own_name = urlsplit(context.settings.base_url).hostname or "localhost"
    return SmtpConnection(mail_route.server, own_name, timeout)


def letterhead(context: AppContext) -> Letterhead:
    """What every mail of this installation shares."""
    mail_route, settings = route.in_use(context), context.settings
    sender = mail_route.sender if mail_route else ""
    return Letterhead(sender, context.name, settings.base_url, settings.language)


def send_trial(context: AppContext, to: str, now: datetime) -> None:
    """Send `to` a mail whose only purpose is to show that mail arrives.

    Raises
    ------
    MailRefused
        When the server does not take it.
    """
    head = letterhead(context)
    t = texts(head.language)
    parts = (Part(t("mail.trial.text")), signature(head, t))
    _send_now(context, compose(head, to, t("mail.trial.subject"), parts, token_hex(16), now))


def send_welcome(context: AppContext, to: str, link: str, now: datetime) -> None:
    """Send `to` the one-time `link` to choose a passphrase; the mail does not have its check word.

    Raises
    ------
    MailRefused
        When the server does not take it.
    """
    head = letterhead(context)
    t = texts(head.language)
    parts = (
        Part(t("mail.hello")),
        Part(t("mail.welcome.lead")),
        Part(t("mail.welcome.link", hours=LINK_HOURS), link),
        Part(t("mail.welcome.word")),
        Part(t("mail.welcome.unexpected")),
        signature(head, t),
    )
    _send_now(context, compose(head, to, t("mail.welcome.subject"), parts, token_hex(16), now))


def check_server(context: AppContext) -> None:
    """Connect to the mail server, sign in and hang up.

    Raises
    ------
    MailRefused
        When that fails.
    """
    with connection(context, CHECK_TIMEOUT) as smtp:
        try:
            smtp.connect()
        except TryLater:
            raise MailRefused("mail.busy") from None


def _send_now(context: AppContext, message: EmailMessage) -> None:
    with connection(context, CHECK_TIMEOUT) as smtp:
        try:
            smtp.send(message)
        except AddressRefused:
            raise MailRefused("mail.trial_refused") from None
        except TryLater:
            raise MailRefused("mail.busy") from None
