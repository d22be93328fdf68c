"""A luisteraar with a key, and a few vents as colleagues might write them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import expiry, luisteraars, reading, themes, vents
from monitor.klaagmuur.content import Feeling, Intention, Theme, Vent
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.vents import Draft

EMAIL = "luisteraar@waterrijk.example"
NAME = "Noor Bakker"
ACTOR = "demo"
REPLY = (
    "Dank je dat je dit schreef. Dat je na zo'n gesprek niet meteen verder kunt, is niet gek. "
    "Wil je er een keer over praten? Ik loop donderdag in de lunch altijd een rondje."
)
LINE = "Het ging vooral over werk dat blijft liggen na ziekte van collega's."
BEGUN = timedelta(100)
VENTS = (
    Vent(
        Intention.SAY,
        Theme.IMPOSSIBLE,
        Feeling.POWERLESS,
        "Vijf keer hetzelfde uitgelegd, vijf keer boos weggelopen. Ik heb geen huis.",
        handover=True,
    ),
    Vent(
        Intention.REPLY,
        Theme.AGGRESSION,
        Feeling.AFRAID,
        "Iemand zei vandaag dat hij weet hoe laat ik naar huis ga. Ik lachte het weg, maar ik keek "
        "de hele weg om.",
    ),
    Vent(Intention.SAY, Theme.PRESSURE, Feeling.TIRED, ""),
    Vent(
        Intention.TALK,
        Theme.RULES_OR_PERSON,
        Feeling.SAD,
        "Volgens de regels moest ik nee zeggen. Het klopte, en het klopte helemaal niet. Daar wil "
        "ik met iemand over praten.",
        handover=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Listening:
    """The luisteraar's account, and the path of the klaagmuur."""

    email: str
    password: str
    passphrase: str
    klaagmuur: str


def fill(context: AppContext, now: datetime) -> Listening:
    """Enrol a luisteraar, send the vents, and answer one of them."""
    password, passphrase = random_words(), random_words()
    accounts.add_with_password(context.engine, EMAIL, Role.LUISTERAAR, None, password, ACTOR, now)
    account = luisteraars.account_of(context.engine, EMAIL)
    assert account is not None
    new = luisteraars.make_key(passphrase)
    begun = now - BEGUN
    reader = luisteraars.enrol(context.engine, account, NAME, new, ACTOR, begun)
    _last_quarter(context, reader, new.key, now)
    for vent in VENTS:
        vents.send(context, Draft(vent, countable=True), now)
    letters = reading.inbox(context, reader, new.key).letters
    answered = next(letter for letter in letters if letter.vent.intention is Intention.REPLY)
    reading.mark_read(context.engine, answered, local_day(now))
    reading.reply(context, answered, REPLY, now)
    return Listening(EMAIL, password, passphrase, "/klaagmuur")


def _last_quarter(context: AppContext, reader: Luisteraar, key: ReaderKey, now: datetime) -> None:
    """Send vents of a quarter ago, which have expired since, and count their themes."""
    sent = now - BEGUN
    for theme, times in ((Theme.PRESSURE, 7), (Theme.IMPOSSIBLE, 3)):
        for _ in range(times):
            vents.send(context, Draft(Vent(theme=theme), countable=True), sent)
    expiry.sweep(context, now)
    for quarter in themes.close_quarters(context.engine, reader, key, local_day(now)):
        themes.write_line(context.engine, quarter, Theme.PRESSURE, LINE)


def random_words() -> str:
    """A random passphrase or password for an account of the demo."""
    return "-".join(secrets.token_hex(2) for _ in range(4))
