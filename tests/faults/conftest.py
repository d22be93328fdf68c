"""A town in the middle of a round, on both databases, served by the real server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.klaagmuur import luisteraars
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import invitations, periods, rounds
from monitor.questionnaire import load
from monitor.wiring import House
from tests.klaagmuur.conftest import PASSPHRASE, Listener, insecure_quick_cost
from tests.stores import BOTH

PEOPLE = 600


@dataclass(frozen=True)
class Town:
    """A house with an open round, everybody's codes, and a sheet as a browser sends it."""

    house: House
    period: str
    codes: tuple[str, ...]
    sheet: bytes


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)


@pytest.fixture
def now() -> datetime:
    """The present moment: the server has a clock of its own."""
    return clock.now()


@pytest.fixture
def town(house: House, now: datetime) -> Town:
    """One unit, invited, with a round that does not close by itself."""
    import_tree(house.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
    period = periods.containing(clock.today())
    questions = load(house.settings.questionnaire_file)
    rounds.open_round(house, period, questions, None, "test", now)
    made = invitations.invite(house, period, {"stad": PEOPLE}, "test", now)
    sheet = "&".join(f"{question.key}=4" for question in questions.questions).encode()
    return Town(house, period, tuple(invitation.code for invitation in made), sheet)


@pytest.fixture
def noor(house: House, now: datetime) -> Listener:
    """Somebody to write to."""
    email = "noor@stad.example"
    accounts.add(house.engine, email, Role.LUISTERAAR, None, "test", now)
    account = luisteraars.account_of(house.engine, email)
    assert account is not None
    new = luisteraars.make_key(PASSPHRASE, insecure_quick_cost)
    return Listener(luisteraars.enrol(house.engine, account, "Noor", new, "test", now), new)
