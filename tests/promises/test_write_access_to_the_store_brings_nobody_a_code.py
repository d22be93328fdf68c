"""Who can write in the store has no code mailed, and closes no round sooner than its day.

Four codes for a team of one, and the colleague's answers are what is left of a sum over five.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import StoreFailing
from monitor.organisation.members import by_unit, import_members
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import Member
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue, letters, outbox
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import genuine, rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.scheduler import runner
from monitor.store.tables import member, survey_round
from tests.conftest import NOW
from tests.promises import believing, intruder
from tests.promises.conftest import CopyOf

PERIOD = "2026-11"
TEAM = "jeugd"
OWN = tuple(f"mol{number}@elders.example" for number in range(4))


@pytest.fixture
def town(copy_of: CopyOf) -> AppContext:
    """An open round, and a list of members with a team of one."""
    return copy_of(_fill)[0]


def _fill(context: AppContext) -> None:
    now = NOW
    import_tree(context.engine, Tree((Unit("stad", None, "S"), Unit(TEAM, "stad", "J"))), "t", now)
    import_members(context.engine, [Member("ans@stad.example", TEAM)], "t", now)
    questions = load(context.settings.questionnaire_file)
    closes = local_day(now) + timedelta(10)
    rounds.open_round(context, PERIOD, questions, closes, "test", now)


def forge(context: AppContext, *statements: Any) -> None:
    with intruder.writing_in(context) as connection:
        for statement in statements:
            connection.execute(statement)


ALTERED = (
    insert(member).values([{"email": email, "unit": TEAM} for email in OWN]),
    update(member).values(email=OWN[0]),
    delete(member),
)


@pytest.mark.slow
@pytest.mark.parametrize("statement", ALTERED, ids=["added", "changed", "taken away"])
def test_a_list_of_members_that_somebody_else_changed_is_not_invited(
    town: AppContext, statement: Any
) -> None:
    forge(town, statement)

    with pytest.raises(StoreFailing, match=r"store\.rows_closed"):
        by_unit(town.engine)


def test_a_list_that_is_imported_again_is_right_again(town: AppContext, now: datetime) -> None:
    forge(town, ALTERED[0])
    import_members(town.engine, [Member("ans@stad.example", TEAM)], "t", now)

    assert by_unit(town.engine) == {TEAM: ("ans@stad.example",)}


def test_the_control_four_added_addresses_get_four_codes(town: AppContext, now: datetime) -> None:
    forge(town, ALTERED[0])
    with believing.every_row():
        issue.mail(town, PERIOD, by_unit(town.engine), "test", now)
    key = rounds.key_of(town.keys, rounds.get(town.engine, PERIOD))
    own = [letter for letter in outbox.waiting(town.engine, PERIOD, now) if letter.email in OWN]

    for letter in own:
        assert ballot_box.open_sheet(town, letters.code_of(key, letter))
    assert len(own) == 4


@pytest.mark.parametrize("believes", [False, True], ids=["", "control"])
def test_a_closing_day_that_was_another_for_a_moment_closes_nothing(
    town: AppContext, now: datetime, believes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read while it was altered, and put back before the round is locked."""
    stored = rounds.all_rounds
    yesterday = local_day(now) - timedelta(1)

    def altered_for_a_moment(engine: Any) -> tuple[rounds.Round, ...]:
        return tuple(replace(each, closes_on=yesterday) for each in stored(engine))

    monkeypatch.setattr(rounds, "all_rounds", altered_for_a_moment)
    if believes:
        monkeypatch.setattr(genuine, "get", lambda engine, _: altered_for_a_moment(engine)[0])
    runner.tick(town, now)
    monkeypatch.undo()

    with intruder.writing_in(town) as connection:
        status = connection.scalar(select(survey_round.c.status))
    assert status == (RoundStatus.SEALED if believes else RoundStatus.OPEN)
