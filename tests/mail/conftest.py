"""A small organisation with members, an open round and a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from monitor import clock
from monitor.config.settings import Settings, read
from monitor.context import AppContext
from monitor.organisation import preferences
from monitor.organisation.members import by_unit, import_members
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import Member
from monitor.pulse.invitations import issue, send_until_done
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.invitations.sending import SendTiming
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from tests import steps
from tests.conftest import NOW
from tests.mail.mailroom import Mailroom

PERIOD = "2026-11"
OOST = tuple(f"oost{number}@waterrijk.example" for number in range(6))
WEST = tuple(f"west{number}@waterrijk.example" for number in range(5))
EVERYBODY = frozenset(OOST + WEST)


OFFSET = NOW - clock.now()
"""From the moment at which the tests really run to the working day on which they take place."""
_real_now = clock.now


@pytest.fixture(autouse=True)
def on_a_working_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters go on working days only; the clock runs on from the moment of the tests."""
    monkeypatch.setattr(clock, "now", lambda: _real_now() + OFFSET)


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """A mail server that accepts everything, until a test changes that."""
    with Mailroom.open() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, database_url: str, mailroom: Mailroom) -> Settings:
    """Settings that use that mail server."""
    return read(
        {
            "TEAMKLIMAAT_DATABASE_URL": database_url,
            "TEAMKLIMAAT_KEYS_DIR": str(tmp_path / "state" / "keys"),
            "TEAMKLIMAAT_SECRET_FILE": str(tmp_path / "state" / "secret"),
            "TEAMKLIMAAT_ORGANISATION_NAME": "Gemeente Waterrijk",
            "TEAMKLIMAAT_BASE_URL": "https://teamklimaat.waterrijk.example",
            "TEAMKLIMAAT_SMTP_URL": f"smtp://127.0.0.1:{mailroom.port}",
            "TEAMKLIMAAT_MAIL_FROM": "Teamklimaat <teamklimaat@waterrijk.example>",
        }
    )


@pytest.fixture
def with_members(context: AppContext, now: datetime) -> AppContext:
    """Two teams whose members' addresses are known, an open round, and a high sending rate."""

    def make() -> None:
        units = (
            Unit("stad", None, "Stad"),
            Unit("oost", "stad", "Oost"),
            Unit("west", "stad", "West"),
        )
        import_tree(context.engine, Tree(units), "test", now)
        people = [Member(email, "oost") for email in OOST]
        people += [Member(email, "west") for email in WEST]
        import_members(context.engine, people, "test", now)
        questions = load(context.settings.questionnaire_file)
        rounds.open_round(context, PERIOD, questions, date(2026, 11, 17), "test", now)
        preferences.change(context.engine, "test", now, mails_a_minute=6000)

    steps.take(context, ("members", now), make)
    return context


@pytest.fixture
def queued(with_members: AppContext, now: datetime) -> AppContext:
    """The same, with the invitations queued."""

    def queue() -> None:
        people = by_unit(with_members.engine)
        assert issue.mail(with_members, PERIOD, people, "test", now) == 11

    steps.take(with_members, ("mail", now), queue)
    return with_members


@pytest.fixture
def run_until_done(with_members: AppContext) -> Callable[[SendTiming], Progress]:
    """Sends until the command would stop."""

    def run(timing: SendTiming) -> Progress:
        return send_until_done.send_until_done(
            with_members, PERIOD, lambda _progress: None, timing=timing
        )

    return run
