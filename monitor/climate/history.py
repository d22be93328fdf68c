"""Importing earlier surveys, with the counting, sealing, release and signals of a round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from monitor.climate.close_round import freeze_signals
from monitor.climate.results import results
from monitor.climate.series_file import period_faults
from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.table_files import Columns, Row, read_table
from monitor.inputs.toml_files import parse_toml
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.organisation.unit_files import open_unit_faults
from monitor.pulse import periods
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count import sealed_store, sealing
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import questionnaires, round_units
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import survey_round

_ANSWER = re.compile("[1-5]?")


@dataclass(frozen=True)
class Names:
    """The names used in a file where they differ from the keys.

    ``columns`` maps a heading (in lower case) to a question's key, ``units`` a unit's name in the
    file to its key. Whatever is not in them is called by its key.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """The result of an import: its months, and the number of sheets with any answer."""

    periods: tuple[str, ...]
    answers: int


def read_names(content: bytes, name: str) -> Names:
    """Read names from a TOML file with tables ``[columns]`` and ``[units]``, both optional.

    Raises
    ------
    InputRefused
        When it is not such a file.
    """
    tables = parse_toml(content, name)
    if not set(tables) <= {"columns", "units"} or not all(map(_is_names, tables.values())):
        raise InputRefused("history.map_shape", name=shown(name))
    columns = {heading.casefold(): key for heading, key in tables.get("columns", {}).items()}
    return Names(columns, tables.get("units", {}))


def import_history(
    context: AppContext,
    content: bytes,
    name: str,
    questions: Questionnaire,
    names: Names,
    actor: str,
    now: datetime,
) -> Imported:
    """Import a CSV file of answer sheets, one a row: ``period``, ``unit``, one column a question.

    Every period becomes a sealed month with the organisation as it is today; all of them in one
    transaction, or none. The sheets themselves are not stored.

    Raises
    ------
    InputRefused
        When the file cannot be read at all, or there is no organisation yet.
    FileRefused
        With every fault and its line.
    RoundRefused
        When a period has a round, or was imported, already: what is sealed stays as it is.
    """
    tree = current_tree(context.engine)
    if not tree.units:
        raise InputRefused("round.no_organisation")
    months = {month.arrays.period: month.released for month in results(context.engine).months}
    rows = _read(content, name, questions, names)
    imported = tuple(sorted({row.cells["period"] for row in rows}))
    with writing(context.engine) as connection:
        _refuse_taken(connection, imported)
        _refuse_faults(rows, name, tree, questions)
        questionnaires.store(connection, questions)
        for period in imported:
            of_period = [row for row in rows if row.cells["period"] == period]
            _seal(connection, context, period, of_period, tree, questions)
            freeze_signals(connection, period, months)
        audit.note(connection, actor, "history.import", f"{imported[0]} {imported[-1]}", now)
    return Imported(imported, sum(_answered(row, questions) for row in rows))


def _refuse_taken(connection: Connection, imported: Sequence[str]) -> None:
    taken = set(connection.execute(select(survey_round.c.period)).scalars())
    for period in imported:
        if period in taken:
            raise RoundRefused("history.taken", period=period)


def _refuse_faults(rows: Sequence[Row], name: str, tree: Tree, questions: Questionnaire) -> None:
    faults = [fault for row in rows for fault in _faults(row, tree, questions)]
    if not rows:
        faults.append(InputRefused("history.empty"))
    if faults:
        raise refused(name, faults)


def _read(content: bytes, name: str, questions: Questionnaire, names: Names) -> tuple[Row, ...]:
    """The rows, with columns and units called by their keys."""
    keys = [question.key for question in questions.questions]
    unknown = [key for key in names.columns.values() if key not in keys]
    if unknown:
        raise InputRefused("history.map_question", question=shown(unknown[0]))
    heading = {key: column for column, key in names.columns.items()}
    columns = {key: heading.get(key, key) for key in keys}
    rows = read_table(content, name, Columns(("period", "unit", *columns.values())))
    return tuple(
        Row(
            row.line,
            {
                "period": row.cells["period"],
                "unit": names.units.get(row.cells["unit"], row.cells["unit"]),
                **{key: row.cells[column] for key, column in columns.items()},
            },
        )
        for row in rows
    )


def _faults(row: Row, tree: Tree, questions: Questionnaire) -> Iterator[InputRefused]:
    yield from period_faults(row)
    yield from open_unit_faults(row, tree)
    for question in questions.questions:
        value = row.cells[question.key]
        if not _ANSWER.fullmatch(value):
            yield InputRefused(
                "history.answer", line=row.line, column=question.key, value=shown(value)
            )


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


def _answers(row: Row, questions: Questionnaire) -> tuple[int, ...]:
    return tuple(int(row.cells[question.key] or 0) for question in questions.questions)


def _answered(row: Row, questions: Questionnaire) -> bool:
    """Whether the row holds any answer at all."""
    return any(_answers(row, questions))


def _is_names(table: Any) -> bool:
    return isinstance(table, dict) and all(isinstance(value, str) for value in table.values())
