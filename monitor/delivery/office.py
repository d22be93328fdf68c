"""The house's own postman and letterhead, and a trial of both."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from secrets import token_hex
from urllib.parse import urlsplit

from monitor.delivery import compose
from monitor.delivery.compose import Letterhead
from monitor.delivery.postman import PATIENCE, AddressRefused, NotNow, Postman
from monitor.errors import MailRefused
from monitor.organisation import mail_route
from monitor.pulse.rounds import Round
from monitor.wiring import House

CHECK_PATIENCE = 10.0
"""Seconds; somebody is waiting for the answer."""


def postman(house: House, patience: float = PATIENCE) -> Postman:
    """A postman for the mail server that was set; MailRefused when there is none."""
    route = mail_route.of(house)
    if route is None:
        raise MailRefused("mail.not_set")
    return Postman(
        route.server, urlsplit(house.settings.base_url).hostname or "localhost", patience
    )


def letterhead(house: House, opened: Round | None = None) -> Letterhead:
    """What is the same in every letter of the house, or of one of its rounds."""
    said, route = house.settings, mail_route.of(house)
    return Letterhead(
        route.sender if route else "",
        house.name,
        said.base_url,
        said.language,
        opened.minimum if opened else said.minimum,
        opened.period if opened else "",
        opened.closes_on if opened else None,
    )


def send_trial(house: House, to: str, now: datetime) -> None:
    """Mail `to` a letter that only shows that mail arrives.

    Raises
    ------
    MailRefused
        When it cannot be handed in.
    """
    _send_now(house, compose.trial(letterhead(house), to, token_hex(16), now))


def send_welcome(house: House, to: str, link: str, now: datetime) -> None:
    """Mail `to` the one-time `link` to choose a passphrase; nothing of it is kept here.

    Raises
    ------
    MailRefused
        When it cannot be handed in.
    """
    _send_now(house, compose.welcome(letterhead(house), to, link, token_hex(16), now))


def check_server(house: House) -> None:
    """Connect, sign in and hang up.

    Raises
    ------
    MailRefused
        When that cannot be done.
    """
    with postman(house, CHECK_PATIENCE) as bringer:
        try:
            bringer.call()
        except NotNow:
            raise MailRefused("mail.busy") from None


def _send_now(house: House, message: EmailMessage) -> None:
    with postman(house, CHECK_PATIENCE) as bringer:
        try:
            bringer.hand_in(message)
        except AddressRefused:
            raise MailRefused("mail.trial_refused") from None
        except NotNow:
            raise MailRefused("mail.busy") from None
