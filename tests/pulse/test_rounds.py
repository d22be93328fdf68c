"""Opening and abandoning rounds, on a real store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest

from monitor.context import AppContext
from monitor.errors import CodeClosed, CodeUnknown, InputRefused, RoundRefused
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import round_units, rounds
from monitor.store.engine import reading
from monitor.store.tables import ballot, envelope
from tests.pulse.conftest import Sheet, codes_for, rows_in


def test_only_one_round_is_open_at_a_time(
    context: AppContext, open_period: str, questions: Questionnaire, now: datetime
) -> None:
    keys = context.keys.names()

    with pytest.raises(RoundRefused, match="another_open"):
        rounds.open_round(context, "2026-12", questions, None, "test", now)
    with pytest.raises(RoundRefused, match="exists"):
        rounds.open_round(context, open_period, questions, None, "test", now)

    assert context.keys.names() == keys


def test_a_round_needs_an_organisation_and_a_day_to_come(
    context: AppContext, questions: Questionnaire, tree: Tree, now: datetime
) -> None:
    with pytest.raises(RoundRefused, match="no_organisation"):
        rounds.open_round(context, "2026-11", questions, None, "test", now)
    import_tree(context.engine, tree, "test", now)
    with pytest.raises(RoundRefused, match="closes_in_past"):
        rounds.open_round(context, "2026-11", questions, date(2026, 11, 1), "test", now)
    with pytest.raises(InputRefused):
        rounds.open_round(context, "2026-13", questions, None, "test", now)
    assert context.keys.names() == ()


def test_ten_processes_opening_at_once_open_one_round_with_one_key(
    context: AppContext, tree: Tree, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, tree, "test", now)

    def try_to_open(_: int) -> bool:
        try:
            rounds.open_round(context, "2026-11", questions, None, "test", now)
        except RoundRefused:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(try_to_open, range(10))) == 1
    key_name = rounds.get(context.engine, "2026-11").key_name
    assert context.keys.names() == (f"answered-{key_name.removeprefix('round-')}-0", key_name)


def test_the_tree_and_the_questions_stay_as_they_were_at_the_opening(
    context: AppContext, open_period: str, tree: Tree, now: datetime
) -> None:
    import_tree(context.engine, Tree((Unit("stad", None, "Nieuw"),)), "test", now)

    with reading(context.engine) as connection:
        assert round_units.frozen_tree(connection, open_period) == tree


def test_an_abandoned_round_leaves_nothing_and_may_be_opened_again(
    context: AppContext, open_period: str, questions: Questionnaire, sheet: Sheet, now: datetime
) -> None:
    (code,) = codes_for(context, open_period, now, wmo_oost=1)["wmo-oost"]
    ballot_box.submit(context, code, sheet(4))

    rounds.abandon(context, open_period, "test", now)

    assert rows_in(context, envelope) == rows_in(context, ballot) == 0
    assert context.keys.names() == ()
    with pytest.raises(CodeClosed) as refusal:
        ballot_box.open_sheet(context, code)
    assert refusal.value.key == "code.abandoned"
    with pytest.raises(RoundRefused):
        rounds.abandon(context, open_period, "test", now)
    rounds.open_round(context, open_period, questions, None, "test", now)
    with pytest.raises(CodeUnknown):
        ballot_box.open_sheet(context, code)
