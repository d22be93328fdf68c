"""The mail of every working morning: always the same words, whether or not anything came."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from monitor import logs
from monitor.clock import AMSTERDAM
from monitor.klaagmuur import days, luisteraars, readers, wall
from monitor.locale import texts
from monitor.mailserver import MailServer, Security
from monitor.organisation import mail_route
from monitor.settings import Settings
from monitor.store.engine import reading, writing
from monitor.store.tables import account
from monitor.wiring import House

TIMEOUT = 20
"""Seconds a mail server may take."""


def send_due(house: House, now: datetime) -> int:
    """Send today's mail if it is time and nobody has; returns how many luisteraars got one."""
    if not days.mail_is_due(now):
        return 0
    route = mail_route.of(house)
    if route is None:
        return 0
    today = now.astimezone(AMSTERDAM).date()
    before = wall.get(house.engine, wall.LAST_MAIL)
    if not wall.claim(house.engine, wall.LAST_MAIL, today.isoformat()):
        return 0
    to = _addresses(house, now)
    try:
        deliver(route.server, [letter(house.settings, route.sender, address) for address in to])
    except (OSError, smtplib.SMTPException) as error:
        logs.note("klaagmuur.mail_failed", level=logging.ERROR, error=type(error).__qualname__)
        with writing(house.engine) as connection:
            wall.put(connection, wall.LAST_MAIL, before)  # the next tick tries again
        return 0
    return len(to)


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


def deliver(given: MailServer, letters: Sequence[EmailMessage]) -> None:
    """Hand the letters to the mail server; raises what the server answers."""
    if not letters:
        return
    trusted = ssl.create_default_context()
    server: smtplib.SMTP
    if given.security is Security.TLS:
        server = smtplib.SMTP_SSL(given.host, given.port, timeout=TIMEOUT, context=trusted)
    else:
        server = smtplib.SMTP(given.host, given.port, timeout=TIMEOUT)
    with server:
        if given.security is Security.STARTTLS:
            server.starttls(context=trusted)
        if given.user:
            server.login(given.user, given.password)
        for each in letters:
            server.send_message(each)


def _addresses(house: House, now: datetime) -> tuple[str, ...]:
    present = readers.active(luisteraars.everyone(house.engine), now.astimezone(AMSTERDAM).date())
    wanted = [one.account for one in present]
    with reading(house.engine) as connection:
        rows = connection.execute(select(account.c.email).where(account.c.id.in_(wanted)))
        return tuple(sorted(rows.scalars()))
