"""A town in the middle of a round, on both databases, to be served by the real server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from tests.klaagmuur.conftest import PASSPHRASE, Listener, insecure_quick_cost
from tests.stores import BOTH

PEOPLE = 600


@dataclass(frozen=True)
class Town:
    """An installation with an open round, all codes, and a sheet as a browser sends it."""

    context: AppContext
    period: str
    codes: tuple[str, ...]
    sheet: bytes


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def now() -> datetime:
    """The present moment, because the server has a clock of its own."""
    return clock.now()


@pytest.fixture
def town(context: AppContext, now: datetime) -> Town:
    """One unit, invited, with a round that does not close by itself."""
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
    period = periods.containing(clock.today())
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, period, questions, None, "test", now)
    invitations = issue.invite(context, period, {"stad": PEOPLE}, "test", now)
    sheet = "&".join(f"{question.key}=4" for question in questions.questions).encode()
    return Town(context, period, tuple(invitation.code for invitation in invitations), sheet)


@pytest.fixture
def noor(context: AppContext, now: datetime) -> Listener:
    """A luisteraar to write to."""
    email = "noor@stad.example"
    accounts.add(context.engine, email, Role.LUISTERAAR, None, "test", now)
    account = luisteraars.account_of(context.engine, email)
    assert account is not None
    new = luisteraars.make_key(PASSPHRASE, insecure_quick_cost)
    return Listener(luisteraars.enrol(context.engine, account, "Noor", new, "test", now), new)
