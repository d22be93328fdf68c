"""Earlier surveys: the same counting, sealing, release and signals as a round of our own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from monitor.climate.close_round import freeze_signals
from monitor.climate.results import results
from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.table_files import Columns, Row, read_table
from monitor.inputs.text_files import decode
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.pulse import periods
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count import closing, sealing
from monitor.pulse.count.counting import count
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import survey_round

_ANSWER = re.compile("[1-5]?")


@dataclass(frozen=True)
class Names:
    """What things are called in the file: ``columns`` from a heading (in lower case) to a
    question's key, ``units`` from a unit in the file to a unit's key. What is not named here is
    called by its key."""

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    periods: tuple[str, ...]
    answers: int


def read_names(content: bytes, name: str) -> Names:
    """The names in a TOML file with tables ``[columns]`` and ``[units]``, both optional.

    Raises
    ------
    InputRefused
        When it is not such a file.
    """
    try:
        tables = tomllib.loads(decode(content, name).replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise InputRefused("history.map_toml", name=shown(name), reason=str(error)) from None
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
    """Take in a CSV file of answer sheets, one a row: ``period``, ``unit``, one column a question.

    Every period becomes a sealed month with the organisation as it is today; all of them in one
    transaction, or none. The sheets themselves are kept nowhere.

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
    known = {month.arrays.period: month.released for month in results(context.engine).months}
    rows = _read(content, name, questions, names)
    with writing(context.engine) as connection:
        taken = set(connection.execute(select(survey_round.c.period)).scalars())
        for period in sorted({row.cells["period"] for row in rows} & taken):
            raise RoundRefused("history.taken", period=period)
        faults = [fault for row in rows for fault in _faults(row, tree, questions)]
        if not rows:
            faults.append(InputRefused("history.empty"))
        if faults:
            raise refused(name, faults)
        found = tuple(sorted({row.cells["period"] for row in rows}))
        rounds.store_questionnaire(connection, questions)
        for period in found:
            of_period = [row for row in rows if row.cells["period"] == period]
            _seal(connection, context, period, of_period, tree, questions)
            freeze_signals(connection, period, known)
        audit.note(connection, actor, "history.import", f"{found[0]} {found[-1]}", now)
    return Imported(found, sum(_answered(row, questions) for row in rows))


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
    period, unit = row.cells["period"], row.cells["unit"]
    try:
        periods.check(period)
    except InputRefused:
        yield InputRefused("series.period", line=row.line, value=shown(period))
    if not unit:
        yield InputRefused("file.blank", line=row.line, column="unit")
    elif unit not in tree:
        yield InputRefused("file.unit_unknown", line=row.line, unit=shown(unit))
    elif tree.get(unit).closed:
        yield InputRefused("file.unit_closed", line=row.line, unit=shown(unit))
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
    connection.execute(
        insert(survey_round).values(
            period=period,
            status=RoundStatus.SEALED,
            opens_on=periods.first_day(period),
            closes_on=None,
            minimum=context.settings.minimum,
            questionnaire=questions.digest,
            public_key=None,
        )
    )
    rounds.store_tree(connection, period, tree)
    frozen = rounds.frozen_tree(connection, period)
    place = {unit.key: at for at, unit in enumerate(frozen.units)}
    sheets = [
        AnswerSheet(place[row.cells["unit"]], _answers(row, questions))
        for row in rows
        if _answered(row, questions)
    ]
    shape = closing.shape_of(frozen.parent_places, questions)
    sealed = sealing.seal(count(sheets, shape), shape, context.settings.minimum)
    closing.store_sealed(connection, period, sealed, tuple(place), questions)


def _answers(row: Row, questions: Questionnaire) -> tuple[int, ...]:
    return tuple(int(row.cells[question.key] or 0) for question in questions.questions)


def _answered(row: Row, questions: Questionnaire) -> bool:
    """Whether the row holds any answer at all."""
    return any(_answers(row, questions))


def _is_names(table: Any) -> bool:
    return isinstance(table, dict) and all(isinstance(value, str) for value in table.values())
