"""A small organisation and an open round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import rounds
from monitor.questionnaire import Questionnaire, load
from monitor.wiring import House
from tests.stores import BOTH

PERIOD = "2026-11"


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)


@pytest.fixture
def tree() -> Tree:
    """A town with two departments of two teams."""
    return Tree(
        (
            Unit("stad", None, "Stad"),
            Unit("wmo", "stad", "Wmo"),
            Unit("wmo-oost", "wmo", "Wmo Oost"),
            Unit("wmo-west", "wmo", "Wmo West"),
            Unit("jeugd", "stad", "Jeugd"),
            Unit("jeugd-noord", "jeugd", "Jeugd Noord"),
            Unit("jeugd-zuid", "jeugd", "Jeugd Zuid"),
        )
    )


@pytest.fixture
def questions(house: House) -> Questionnaire:
    """The questionnaire that comes with the app."""
    return load(house.settings.questionnaire_file)


@pytest.fixture
def open_period(house: House, tree: Tree, questions: Questionnaire, now: datetime) -> str:
    """The period of a round that is open."""
    import_tree(house.engine, tree, "test", now)
    rounds.open_round(house, PERIOD, questions, None, "test", now)
    return PERIOD


@pytest.fixture
def sheet(questions: Questionnaire) -> Callable[[int], tuple[int, ...]]:
    """A sheet with one answer to every question."""
    return lambda answer: (answer,) * len(questions.questions)
