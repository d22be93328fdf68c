"""A small organisation and an open round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

import pytest
from sqlalchemy import func, select

from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading
from tests import steps
from tests.stores import BOTH

PERIOD = "2026-11"
Sheet = Callable[[int], tuple[int, ...]]


def codes_for(
    context: AppContext, period: str, now: datetime, **counts: int
) -> dict[str, list[str]]:
    """New codes per unit; the names of units have _ for -."""
    counts = {unit.replace("_", "-"): count for unit, count in counts.items()}
    invitations = issue.invite(context, period, counts, "test", now)
    return {unit: [i.code for i in invitations if i.unit == unit] for unit in counts}


def fill(context: AppContext, period: str, sheet: Sheet, now: datetime, **counts: int) -> None:
    """So many sheets per unit in the box, all answered with 4."""
    codes = chain.from_iterable(codes_for(context, period, now, **counts).values())
    assert not any(ballot_box.submit_all(context, [(code, sheet(4)) for code in codes]))


def rows_in(context: AppContext, table: object) -> int:
    """How many rows a table has."""
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """The database that holds the data."""
    return str(request.param)


@pytest.fixture
def tree() -> Tree:
    """A municipality with two departments of two teams."""
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

    def open_round() -> None:
        import_tree(context.engine, tree, "test", now)
        rounds.open_round(context, PERIOD, questions, None, "test", now)

    steps.take(context, ("open", tree, questions.digest, now), open_round)
    return PERIOD


@pytest.fixture
def sheet(questions: Questionnaire) -> Sheet:
    """Makes a sheet with the same answer to every question."""
    return lambda answer: (answer,) * len(questions.questions)
