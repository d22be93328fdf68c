"""A small organisation with some sealed months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import closing
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from tests import steps

TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("oost", "stad", "Oost"),
        Unit("west", "stad", "West"),
    )
)

SealMonth = Callable[..., None]


@pytest.fixture
def seal_month(context: AppContext, now: datetime) -> SealMonth:
    """``seal_month("2026-01", oost=(6, 4), west=(3, 2))``: six people in oost answer 4, ..."""
    questions = load(context.settings.questionnaire_file)
    steps.take(context, (TREE, now), lambda: import_tree(context.engine, TREE, "test", now))

    def seal(period: str, places: int = 12, **answers: tuple[int, int]) -> None:
        name = "month", period, places, questions.digest, now, tuple(answers.items())
        steps.take(context, name, lambda: hold(period, places, answers))

    def hold(period: str, places: int, answers: dict[str, tuple[int, int]]) -> None:
        rounds.open_round(context, period, questions, None, "test", now)
        counts = {unit.key: places for unit in TREE.units if unit.parent}
        invitations = issue.invite(context, period, counts, "test", now)
        sheets = [
            (code, (answer,) * len(questions.questions))
            for unit, (people, answer) in answers.items()
            for code in [i.code for i in invitations if i.unit == unit][:people]
        ]
        assert not any(ballot_box.submit_all(context, sheets))
        closing.close(context, period, "test", now)

    return seal
