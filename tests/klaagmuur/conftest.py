"""The klaagmuur's cast: Noor and Karim listen, Sanne looks after the set-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars, vents
from monitor.klaagmuur.content import Feeling, Intention, Theme, Vent
from monitor.klaagmuur.luisteraars import NewKey
from monitor.klaagmuur.reader_key import Cost, ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.vents import Draft
from tests.stores import BOTH

PASSPHRASE = "vier losse natte eenden"
DRAFT_CHOICES = ("lifetime", "luisteraar", "countable", "once")
"""What belongs to the draft; every other choice is sealed with the vent."""
insecure_quick_cost = Cost(rounds=1, memory=8192)
"""For tests only: a passphrase that costs nothing to guess."""


@dataclass(frozen=True)
class Listener:
    """A luisteraar with the key in hand."""

    who: Luisteraar
    new: NewKey

    @property
    def key(self) -> ReaderKey:
        return self.new.key


Enrol = Callable[..., Listener]
Send = Callable[..., str]


@pytest.fixture
def enrol(context: AppContext, now: datetime) -> Enrol:
    """Give somebody the role and a key."""

    def enrol_one(name: str, at: datetime = now) -> Listener:
        email = f"{name.lower()}@waterrijk.example"
        accounts.add(context.engine, email, Role.LUISTERAAR, None, "sanne", at)
        account = luisteraars.account_of(context.engine, email)
        assert account is not None
        new = luisteraars.make_key(PASSPHRASE, insecure_quick_cost)
        return Listener(luisteraars.enrol(context.engine, account, name, new, "sanne", at), new)

    return enrol_one


@pytest.fixture
def noor(enrol: Enrol, now: datetime) -> Listener:
    """The first luisteraar, active at once."""
    return enrol("Noor", now - timedelta(60))


@pytest.fixture
def send(context: AppContext, noor: Listener, now: datetime) -> Send:
    """Send a vent and return its receipt code."""

    def send_one(text: str = "Ik ben er klaar mee.", at: datetime = now, **choices: object) -> str:
        of_draft = {"lifetime": 7}
        of_vent = {"intention": Intention.REPLY, "theme": Theme.PRESSURE, "feeling": Feeling.TIRED}
        for name, value in choices.items():
            (of_draft if name in DRAFT_CHOICES else of_vent)[name] = value
        return vents.send(context, Draft(Vent(text=text, **of_vent), **of_draft), at)  # type: ignore[arg-type]

    return send_one


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)
