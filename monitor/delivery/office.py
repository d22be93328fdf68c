"""The house's own postman and letterhead, and a trial of both."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from urllib.parse import urlsplit

from monitor.delivery import compose
from monitor.delivery.compose import Letterhead
from monitor.delivery.postman import PATIENCE, AddressRefused, NotNow, Postman
from monitor.errors import MailRefused
from monitor.pulse.rounds import Round
from monitor.wiring import House

CHECK_PATIENCE = 10.0
"""Seconds; somebody is waiting for the answer."""


def postman(house: House, patience: float = PATIENCE) -> Postman:
    """A postman for the mail server in the settings; MailRefused when there is none."""
    server = house.settings.mail_server
    if server is None:
        raise MailRefused("mail.not_set")
    return Postman(server, urlsplit(house.settings.base_url).hostname or "localhost", patience)


def letterhead(house: House, opened: Round | None = None) -> Letterhead:
    """What is the same in every letter of the house, or of one of its rounds."""
    said = house.settings
    return Letterhead(
        said.mail_from,
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
    with postman(house) as bringer:
        try:
            bringer.hand_in(compose.trial(letterhead(house), to, token_hex(16), now))
        except (AddressRefused, NotNow):
            raise MailRefused("mail.trial_refused") from None


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
