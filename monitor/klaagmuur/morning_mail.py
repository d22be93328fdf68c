"""The mail of every working morning: always the same words, whether or not anything came."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from monitor import logs
from monitor.clock import local_day
from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.config.settings import Settings
from monitor.context import AppContext
from monitor.klaagmuur import access_word, luisteraars, quarters, readers
from monitor.locale import texts
from monitor.mail import route as mail_route
from monitor.organisation import preferences
from monitor.store.engine import reading, writing
from monitor.store.tables import account

TIMEOUT = 20
"""Seconds a mail server may take."""
SHORT = 8
"""Signs of an account's random id that are enough to tell one from another."""


def send_due(context: AppContext, now: datetime) -> int:
    """Send today's mail if it is time and nobody has; returns how many luisteraars were reached."""
    if not quarters.mail_is_due(now, preferences.read(context.engine).works):
        return 0
    route = mail_route.in_use(context)
    if route is None:
        return 0
    today = local_day(now).isoformat()
    before = access_word.get(context.engine, access_word.LAST_MAIL)
    if not access_word.claim(context.engine, access_word.LAST_MAIL, today):
        return 0
    waiting = _waiting(context, now, today)
    reached = 0
    try:
        for account_id in deliver(context.settings, route, waiting):
            reached += 1
            del waiting[account_id]
    except (OSError, smtplib.SMTPException) as error:
        logs.note("klaagmuur.mail_failed", level=logging.ERROR, error=type(error).__qualname__)
        with writing(context.engine) as connection:  # the next tick tries again, for who is left
            access_word.put(connection, access_word.LAST_MAIL, before)
            access_word.put(connection, access_word.MAIL_LEFT, _told(today, waiting))
    return reached


def letter(settings: Settings, sender: str, address: str) -> EmailMessage:
    """The mail; nothing in it depends on what was written."""
    t = texts(settings.language)
    made = EmailMessage()
    made["Subject"] = t("mail.morning.subject")
    made["From"] = sender
    made["To"] = address
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(t("mail.morning.text", link=f"{settings.base_url}/postvak"))
    return made


def deliver(settings: Settings, route: MailRoute, waiting: Mapping[str, str]) -> Iterator[str]:
    """Hand a letter for each address (by account) to the mail server; names who had theirs.

    An address the server refuses for good is noted and counts as done: asking again helps nobody.

    Raises
    ------
    OSError, smtplib.SMTPException
        When the server is not there or takes nothing now; who was not named is still to come.
    """
    if not waiting:
        return
    later: smtplib.SMTPException | None = None
    with _connected(route.server) as server:
        _sign_in(server, route.server)
        for account_id, address in tuple(waiting.items()):
            try:
                server.send_message(letter(settings, route.sender, address))
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refused:
                if not _is_final(refused):
                    later = refused
                    continue
                logs.note("klaagmuur.mail_refused", level=logging.ERROR)
            yield account_id
    if later is not None:
        raise later


def _connected(given: MailServer) -> smtplib.SMTP:
    if given.security is Security.TLS:
        trusted = ssl.create_default_context()
        return smtplib.SMTP_SSL(given.host, given.port, timeout=TIMEOUT, context=trusted)
    return smtplib.SMTP(given.host, given.port, timeout=TIMEOUT)


def _sign_in(server: smtplib.SMTP, given: MailServer) -> None:
    if given.security is Security.STARTTLS:
        server.starttls(context=ssl.create_default_context())
    if given.user:
        server.login(given.user, given.password)


def _is_final(refused: smtplib.SMTPException) -> bool:
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in refused.recipients.values())
    return isinstance(refused, smtplib.SMTPDataError) and refused.smtp_code >= 500


def _told(today: str, waiting: Iterable[str]) -> str:
    told = " ".join((today, *(one[:SHORT] for one in waiting)))
    # With more than fit, everybody gets it once more: better twice than not at all.
    return told if len(told) <= access_word.LONGEST_VALUE else ""


def _waiting(context: AppContext, now: datetime, today: str) -> dict[str, str]:
    """Who is still to have today's letter: account to address."""
    present = readers.active(luisteraars.everyone(context.engine), local_day(now))
    wanted = {one.account for one in present}
    day, *left = access_word.get(context.engine, access_word.MAIL_LEFT).split() or [""]
    if day == today:
        wanted = {one for one in wanted if one[:SHORT] in left}
    with reading(context.engine) as connection:
        rows = connection.execute(
            select(account.c.id, account.c.email).where(account.c.id.in_(wanted))
        ).all()
    return dict(sorted(((row.id, row.email) for row in rows), key=lambda pair: pair[1]))
