"""A small organisation and an open round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
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
def questions(context: AppContext) -> Questionnaire:
    """The questionnaire that comes with the app."""
    return load(context.settings.questionnaire_file)


@pytest.fixture
def open_period(context: AppContext, tree: Tree, questions: Questionnaire, now: datetime) -> str:
    """The period of a round that is open."""
    import_tree(context.engine, tree, "test", now)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    return PERIOD


@pytest.fixture
def sheet(questions: Questionnaire) -> Callable[[int], tuple[int, ...]]:
    """A sheet with one answer to every question."""
    return lambda answer: (answer,) * len(questions.questions)
