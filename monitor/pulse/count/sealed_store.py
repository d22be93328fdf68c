"""Reading sealed months from the store."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, select

from monitor.organisation.tree import Tree
from monitor.pulse.count.closing import shape_of
from monitor.pulse.disclosure.release import (
    CategoryRow,
    MonthRelease,
    ScoreRow,
    SealedMonth,
    release,
)
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.engine import reading
from monitor.store.tables import atom, class_atom, signal, spread, survey_round


@dataclass(frozen=True, slots=True)
class StoredSignal:
    """A signal: ``down`` or ``up``, and the period in which the change seems to have begun."""

    direction: str
    since: str


@dataclass(frozen=True)
class SealedRelease:
    """A sealed month as released, with the tree and the questions it was asked with.

    ``signals`` maps (unit, theme, audience) to what was frozen at sealing; the audience is
    ``team`` or ``above``.
    """

    release: MonthRelease
    tree: Tree
    questionnaire: Questionnaire
    signals: dict[tuple[str, str, str], StoredSignal]


def sealed_periods(engine: Engine) -> tuple[str, ...]:
    """The periods of all sealed rounds, oldest first."""
    with reading(engine) as connection:
        return periods_in(connection)


def periods_in(connection: Connection) -> tuple[str, ...]:
    """As `sealed_periods`, within a transaction."""
    rows = connection.execute(
        select(survey_round.c.period)
        .where(survey_round.c.status == RoundStatus.SEALED)
        .order_by(survey_round.c.period)
    ).scalars()
    return tuple(rows)


def load(engine: Engine, period: str) -> SealedRelease:
    """Read a sealed month and work out its release."""
    with reading(engine) as connection:
        return load_in(connection, period)


def load_in(connection: Connection, period: str) -> SealedRelease:
    """As `load`, within a transaction: also for a month that is being sealed in it."""
    tree = rounds.frozen_tree(connection, period)
    questions = rounds.questionnaire_of(connection, rounds.find(connection, period).questionnaire)
    month = _sealed_month(connection, period, tree, questions)
    signals = {
        (row.unit, row.theme, row.audience): StoredSignal(row.direction, row.since)
        for row in connection.execute(select(signal).where(signal.c.period == period))
    }
    return SealedRelease(release(month), tree, questions, signals)


def _sealed_month(
    connection: Connection, period: str, tree: Tree, questions: Questionnaire
) -> SealedMonth:
    units = {unit.key: place for place, unit in enumerate(tree.units)}
    columns = {question.key: place for place, question in enumerate(questions.questions)}
    places = rounds.places(connection, period)
    variances = {
        row.theme: row.variance
        for row in connection.execute(select(spread).where(spread.c.period == period))
    }
    shape = shape_of(tuple(tree.parent_places), questions)
    return SealedMonth(
        period=period,
        units=tuple(units),
        parents=shape.parents,
        invited=tuple(place.invited for place in places),
        issued=tuple(place.issued for place in places),
        themes=shape.themes,
        atoms=_atoms(connection, period, units, columns),
        class_atoms=_class_atoms(connection, period, units, columns),
        variances=tuple(variances.get(theme.key) for theme in questions.themes),
    )


def _atoms(
    connection: Connection, period: str, units: dict[str, int], columns: dict[str, int]
) -> ScoreRow:
    rows = connection.execute(
        select(atom.c.unit, atom.c.pool, atom.c.question, atom.c.n, atom.c.points).where(
            atom.c.period == period
        )
    ).all()
    owners, pools, questions, n, points = zip(*rows, strict=True) if rows else ((),) * 5
    return ScoreRow(
        unit=np.fromiter((units[owner] for owner in owners), np.int64, len(rows)),
        pool=np.array(pools, np.bool_),
        question=np.fromiter((columns[key] for key in questions), np.int64, len(rows)),
        n=np.array(n, np.int64),
        points=np.array(points, np.int64),
    )


def _class_atoms(
    connection: Connection, period: str, units: dict[str, int], columns: dict[str, int]
) -> tuple[CategoryRow, ...]:
    rows = connection.execute(select(class_atom).where(class_atom.c.period == period))
    return tuple(
        CategoryRow(
            units[row.unit],
            row.pool,
            columns[row.question],
            (row.unfavourable, row.neutral, row.favourable),
        )
        for row in rows
    )
