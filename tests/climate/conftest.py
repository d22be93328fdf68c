"""A small organisation with some sealed months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import ballot_box, closing, invitations, rounds
from monitor.questionnaire import load
from monitor.wiring import House

TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("oost", "stad", "Oost"),
        Unit("west", "stad", "West"),
    )
)

SealMonth = Callable[..., None]


@pytest.fixture
def seal_month(house: House, now: datetime) -> SealMonth:
    """``seal_month("2026-01", oost=(6, 4), west=(3, 2))``: six people in oost answer 4, ..."""
    questions = load(house.settings.questionnaire_file)
    import_tree(house.engine, TREE, "test", now)

    def seal(period: str, places: int = 12, **said: tuple[int, int]) -> None:
        rounds.open_round(house, period, questions, None, "test", now)
        counts = {unit.key: places for unit in TREE.units if unit.parent}
        made = invitations.invite(house, period, counts, "test", now)
        for unit, (people, answer) in said.items():
            mine = [i.code for i in made if i.unit == unit][:people]
            for code in mine:
                ballot_box.submit(house, code, (answer,) * len(questions.questions))
        closing.close(house, period, "test", now)

    return seal
