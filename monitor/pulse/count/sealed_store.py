"""Sealed months in the store: writing and reading them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, insert, select

from monitor.organisation.tree import Tree
from monitor.pulse.count.counting import CountingScheme
from monitor.pulse.count.sealing import CategoryCounts, ScoreCell, Sealed
from monitor.pulse.disclosure.release import (
    MonthRelease,
    ScoreColumns,
    SealedMonth,
    release,
)
from monitor.pulse.questionnaire import Question, Questionnaire
from monitor.pulse.rounds import questionnaires, round_units
from monitor.pulse.rounds.round_units import RoundUnits
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.engine import reading
from monitor.store.tables import atom, class_atom, signal, spread, survey_round


@dataclass(frozen=True, slots=True)
class StoredSignal:
    """A signal: ``down`` or ``up``, and the period in which the change probably began."""

    direction: str
    since: str


@dataclass(frozen=True)
class SealedRelease:
    """A sealed month as released, with the round's tree and questionnaire.

    ``signals`` maps (unit, theme, audience) to the signal frozen at sealing; the audience is
    ``team`` or ``above``.
    """

    release: MonthRelease
    tree: Tree
    questionnaire: Questionnaire
    signals: dict[tuple[str, str, str], StoredSignal]


def store(
    connection: Connection,
    period: str,
    sealed: Sealed,
    units: tuple[str, ...],
    questionnaire: Questionnaire,
) -> None:
    """Write the sealed results of a round; `units` are keys in tree order."""
    questions = questionnaire.questions
    variances = [
        {"theme": theme.key, "variance": variance}
        for theme, variance in zip(questionnaire.themes, sealed.within_variances, strict=True)
        if variance is not None
    ]
    rows_of = {
        atom: [row for cell in sealed.atoms for row in _atom_rows(cell, units, questionnaire)],
        class_atom: [_class_row(counts, units, questions) for counts in sealed.category_counts],
        spread: variances,
    }
    for table, rows in rows_of.items():
        if rows:
            connection.execute(insert(table), [{"period": period, **row} for row in rows])


def _atom_rows(
    cell: ScoreCell, units: tuple[str, ...], questionnaire: Questionnaire
) -> Iterator[dict[str, object]]:
    theme = questionnaire.themes[cell.theme]
    for question, n, points in zip(theme.questions, cell.n, cell.points, strict=True):
        yield {
            "unit": units[cell.unit],
            "pool": cell.pool,
            "theme": theme.key,
            "question": question.key,
            "n": n,
            "points": points,
        }


def _class_row(
    counts: CategoryCounts, units: tuple[str, ...], questions: tuple[Question, ...]
) -> dict[str, object]:
    unfavourable, neutral, favourable = counts.counts
    return {
        "unit": units[counts.unit],
        "pool": counts.pool,
        "question": questions[counts.question].key,
        "unfavourable": unfavourable,
        "neutral": neutral,
        "favourable": favourable,
    }


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
    """Read a sealed month and compute its release."""
    with reading(engine) as connection:
        return load_in(connection, period)


def load_in(connection: Connection, period: str) -> SealedRelease:
    """As `load`, within a transaction: also for a month that is being sealed in it."""
    units = round_units.load(connection, period)
    questionnaire = questionnaires.of_round(connection, period)
    month = _sealed_month(connection, period, units, questionnaire)
    signals = signals_of(connection, [period]).get(period, {})
    return SealedRelease(release(month), units.tree, questionnaire, signals)


def signals_of(
    connection: Connection, periods: Sequence[str]
) -> dict[str, dict[tuple[str, str, str], StoredSignal]]:
    """The signals frozen with each month, by unit, theme and audience; no entry for none."""
    signals: dict[str, dict[tuple[str, str, str], StoredSignal]] = {}
    for row in connection.execute(select(signal).where(signal.c.period.in_(periods))):
        of_month = signals.setdefault(row.period, {})
        of_month[row.unit, row.theme, row.audience] = StoredSignal(row.direction, row.since)
    return signals


def _sealed_month(
    connection: Connection, period: str, units: RoundUnits, questionnaire: Questionnaire
) -> SealedMonth:
    rows = {unit.key: row for row, unit in enumerate(units.tree.units)}
    columns = {question.key: column for column, question in enumerate(questionnaire.questions)}
    variances = {
        row.theme: row.variance
        for row in connection.execute(select(spread).where(spread.c.period == period))
    }
    scheme = CountingScheme.of(tuple(units.tree.parent_places), questionnaire)
    minimum = connection.execute(
        select(survey_round.c.minimum).where(survey_round.c.period == period)
    ).scalar_one()
    return SealedMonth(
        period=period,
        units=tuple(rows),
        parents=scheme.parents,
        invited=tuple(unit.invited for unit in units.invitations),
        issued=tuple(unit.issued for unit in units.invitations),
        themes=scheme.themes,
        atoms=_atoms(connection, period, rows, columns),
        category_counts=_category_counts(connection, period, rows, columns),
        within_variances=tuple(variances.get(theme.key) for theme in questionnaire.themes),
        minimum=minimum,
    )


def _atoms(
    connection: Connection, period: str, units: dict[str, int], columns: dict[str, int]
) -> ScoreColumns:
    rows = connection.execute(
        select(atom.c.unit, atom.c.pool, atom.c.question, atom.c.n, atom.c.points).where(
            atom.c.period == period
        )
    ).all()
    keys, pools, questions, n, points = zip(*rows, strict=True) if rows else ((),) * 5
    return ScoreColumns(
        unit=np.fromiter((units[key] for key in keys), np.int64, len(rows)),
        pool=np.array(pools, np.bool_),
        question=np.fromiter((columns[key] for key in questions), np.int64, len(rows)),
        n=np.array(n, np.int64),
        points=np.array(points, np.int64),
    )


def _category_counts(
    connection: Connection, period: str, units: dict[str, int], columns: dict[str, int]
) -> tuple[CategoryCounts, ...]:
    rows = connection.execute(select(class_atom).where(class_atom.c.period == period))
    return tuple(
        CategoryCounts(
            units[row.unit],
            row.pool,
            columns[row.question],
            (row.unfavourable, row.neutral, row.favourable),
        )
        for row in rows
    )
