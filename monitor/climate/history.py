"""Importing earlier surveys, with the counting, sealing, release and signals of a round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from monitor.climate.close_round import freeze_signals
from monitor.climate.history_names import Names
from monitor.climate.results import results
from monitor.climate.series_file import period_faults, with_month
from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.inputs.excel_slips import moment_reader
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.signs import as_read
from monitor.inputs.table_files import Columns, FileTable, Row, read_table
from monitor.locale import Phrase
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.organisation.unit_names import UnitFinder
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

_ANSWER = re.compile("[1-5]?")
HIGHEST = 5
MANY_ANSWERS = 50
"""So many answers without one of the highest are rather of another scale."""


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
    table = _read(content, name, questions, names)
    rows, faults = _checked(table.rows, tree, questions, names, periods.containing(now.date()))
    with reading(context.engine) as connection:
        _refuse(connection, name, sorted({row.cells["period"] for row in rows}), faults)
    answered: dict[str, list[str]] = {row.cells["period"]: [] for row in rows}
    for row in rows:
        if _answered(row, questions):
            answered[row.cells["period"]].append(row.cells["unit"])
    months = sorted(answered.items())
    notes = (*table.notes, *_scale_notes(rows, questions))
    return tuple(PreviewedMonth(p, len(units), len(set(units))) for p, units in months), notes


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
    table = _read(content, name, questions, names)
    rows, faults = _checked(table.rows, tree, questions, names, periods.containing(now.date()))
    imported = tuple(sorted({row.cells["period"] for row in rows}))
    with writing(context.engine) as connection:
        _refuse(connection, name, imported, faults)
        questionnaires.store(connection, questions)
        for done, period in enumerate(imported):
            report(done, len(imported))
            of_period = [row for row in rows if row.cells["period"] == period]
            _seal(connection, context, period, of_period, tree, questions)
            freeze_signals(connection, period, months)
        audit.note(connection, actor, "history.import", f"{imported[0]} {imported[-1]}", now)
    notes = (*table.notes, *_scale_notes(rows, questions))
    return Imported(imported, sum(_answered(row, questions) for row in rows), notes)


def _organisation(context: AppContext) -> Tree:
    tree = current_tree(context.engine)
    if not tree.units:
        raise InputRefused("round.no_organisation")
    return tree


def _refuse(
    connection: Connection, name: str, imported: Sequence[str], faults: list[InputRefused]
) -> None:
    """Refuse a file with a month that is there already, with faults, or without any month."""
    stored_periods = set(connection.execute(select(survey_round.c.period)).scalars())
    for period in imported:
        if period in stored_periods:
            raise RoundRefused("history.taken", period=period)
    if faults or not imported:
        raise refused(name, faults or [InputRefused("history.empty")])


def _read(content: bytes, name: str, questions: Questionnaire, names: Names) -> FileTable:
    """The rows, with columns called by their keys."""
    needed = ("period", "unit", *(question.key for question in questions.questions))
    unknown = [key for key in names.columns.values() if key not in needed]
    if unknown:
        raise InputRefused("history.map_question", question=shown(unknown[0]))
    return read_table(content, name, Columns(needed, own=names.columns))


def _checked(
    rows: Sequence[Row], tree: Tree, questions: Questionnaire, names: Names, present: str
) -> tuple[list[Row], list[InputRefused]]:
    """The rows with months, units by their keys and answers as numbers; and every fault."""
    finder, answers = UnitFinder.of(tree), _answer_words(questions) | dict(names.answers)
    read_month = moment_reader(row.cells["period"] for row in rows)
    checked: list[Row] = []
    faults: list[InputRefused] = []
    for raw in rows:
        row = with_month(raw, read_month)
        cells = dict(row.cells)
        faults.extend(_period_faults(row, present))
        unit = finder.find(row.line, names.units.get(as_read(cells["unit"]), cells["unit"]))
        if isinstance(unit, InputRefused):
            faults.append(unit)
        else:
            cells["unit"] = unit
        for question in questions.questions:
            value = cells[question.key]
            # Numbers may stand for others too: a scale that ran the other way round.
            number = answers.get(as_read(value), value if _ANSWER.fullmatch(value) else None)
            cells[question.key] = str(number or "")
            if number is None:
                faults.append(
                    InputRefused(
                        "history.answer", line=row.line, column=question.key, value=shown(value)
                    )
                )
        checked.append(Row(row.line, cells))
    return checked, faults


def _answer_words(questions: Questionnaire) -> dict[str, int]:
    """The labels of the questionnaire's own scale, in every language, and their numbers."""
    return {
        as_read(label): number
        for number, labels in enumerate(questions.scale, 1)
        for label in labels.values()
    }


def _period_faults(row: Row, present: str) -> Iterator[InputRefused]:
    faults = list(period_faults(row))
    yield from faults
    if not faults and row.cells["period"] > present:
        yield InputRefused("history.future", line=row.line, period=row.cells["period"])


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
        AnswerSheet(place[row.cells["unit"]], _answers(row, questions))
        for row in rows
        if _answered(row, questions)
    ]


def _scale_notes(rows: Sequence[Row], questions: Questionnaire) -> Iterator[Phrase]:
    """Whether the highest answer is never given, as where a scale had four points."""
    given = [answer for row in rows for answer in _answers(row, questions) if answer]
    if len(given) >= MANY_ANSWERS and max(given) < HIGHEST:
        yield Phrase("history.no_highest", highest=HIGHEST, seen=max(given), count=len(given))


def _answers(row: Row, questions: Questionnaire) -> tuple[int, ...]:
    return tuple(int(row.cells[question.key] or 0) for question in questions.questions)


def _answered(row: Row, questions: Questionnaire) -> bool:
    """Whether the row holds any answer at all."""
    return any(_answers(row, questions))
