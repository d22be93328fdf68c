"""Importing earlier surveys, with the counting, sealing, release and signals of a round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from monitor.climate import history_rows
from monitor.climate.close_round import freeze_signals
from monitor.climate.history_names import Names
from monitor.climate.history_rows import CheckedRows, answers_of, has_answer
from monitor.climate.results import results
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.inputs.file_faults import refused
from monitor.inputs.table_files import Row
from monitor.locale import Phrase
from monitor.locale.formats import Month
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.pulse import periods
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count import sealed_store, sealing
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import questionnaires, round_units
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import survey_round


@dataclass(frozen=True)
class Imported:
    """The result of an import: its months, and the number of sheets with any answer."""

    periods: tuple[str, ...]
    answers: int
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class PreviewedMonth:
    """What a file has of one month: sheets with any answer, and the units they are of."""

    period: str
    sheets: int
    units: int


def preview_history(
    context: AppContext,
    content: bytes,
    name: str,
    questions: Questionnaire,
    names: Names,
    now: datetime,
) -> tuple[tuple[PreviewedMonth, ...], tuple[Phrase, ...]]:
    """What `import_history` would import, month by month, and what it read otherwise.

    Raises as `import_history`; nothing is stored.
    """
    tree = _organisation(context)
    present = periods.containing(local_day(now))
    file = history_rows.read(content, name, tree, questions, names, present)
    with reading(context.engine) as connection:
        _refuse(connection, name, file)
    answered: dict[str, list[str]] = {period: [] for period in file.periods}
    for row in file.rows:
        if has_answer(row, questions):
            answered[row.cells["period"]].append(row.cells["unit"])
    months = tuple(PreviewedMonth(p, len(u), len(set(u))) for p, u in sorted(answered.items()))
    return months, file.notes


def import_history(
    context: AppContext,
    content: bytes,
    name: str,
    questions: Questionnaire,
    names: Names,
    actor: str,
    now: datetime,
    report: Callable[[int, int], None] = lambda _done, _months: None,
) -> Imported:
    """Import a CSV file of answer sheets, one a row: ``period``, ``unit``, one column a question.

    Every period becomes a sealed month with the organisation as it is today; all of them in one
    transaction, or none. The sheets themselves are not stored. `report` is called with the months
    that are done and all there are.

    Raises
    ------
    InputRefused
        When the file cannot be read at all, or there is no organisation yet.
    FileRefused
        With every fault and its line.
    RoundRefused
        When a period has a round, or was imported, already: what is sealed stays as it is.
    """
    tree = _organisation(context)
    months = {month.arrays.period: month.released for month in results(context.engine).months}
    present = periods.containing(local_day(now))
    file = history_rows.read(content, name, tree, questions, names, present)
    imported = file.periods
    with writing(context.engine) as connection:
        _refuse(connection, name, file)
        questionnaires.store(connection, questions)
        for done, period in enumerate(imported):
            report(done, len(imported))
            of_period = [row for row in file.rows if row.cells["period"] == period]
            _seal(connection, context, period, of_period, tree, questions)
            freeze_signals(connection, period, months)
        audit.note(connection, actor, "history.import", f"{imported[0]} {imported[-1]}", now)
    return Imported(imported, sum(has_answer(row, questions) for row in file.rows), file.notes)


def _organisation(context: AppContext) -> Tree:
    tree = current_tree(context.engine)
    if not tree.units:
        raise InputRefused("round.no_organisation")
    return tree


def _refuse(connection: Connection, name: str, file: CheckedRows) -> None:
    """Refuse a file with a month that is there already, with faults, or without any month."""
    stored_periods = set(connection.execute(select(survey_round.c.period)).scalars())
    for period in file.periods:
        if period in stored_periods:
            raise RoundRefused("history.taken", period=Month(period))
    if file.faults or not file.periods:
        raise refused(name, file.faults or [InputRefused("history.empty")])


def _seal(
    connection: Connection,
    context: AppContext,
    period: str,
    rows: Sequence[Row],
    tree: Tree,
    questions: Questionnaire,
) -> None:
    """Store a month as a closed round would: its row, tree and sealed sums."""
    minimum = context.settings.minimum
    connection.execute(
        insert(survey_round).values(
            period=period,
            status=RoundStatus.SEALED,
            opens_on=periods.first_day(period),
            closes_on=None,
            minimum=minimum,
            questionnaire=questions.digest,
            public_key=None,
        )
    )
    round_units.store_tree(connection, period, tree)
    frozen = round_units.frozen_tree(connection, period)
    sheets = _sheets(rows, frozen, questions)
    shape = CountingScheme.of(frozen.parent_places, questions)
    sealed = sealing.seal(count(sheets, shape), shape, minimum)
    sealed_store.store(connection, period, sealed, tuple(u.key for u in frozen.units), questions)


def _sheets(rows: Sequence[Row], tree: Tree, questions: Questionnaire) -> list[AnswerSheet]:
    """The answer sheets of the rows that hold any answer."""
    place = {unit.key: at for at, unit in enumerate(tree.units)}
    return [
        AnswerSheet(place[row.cells["unit"]], answers_of(row, questions))
        for row in rows
        if has_answer(row, questions)
    ]
