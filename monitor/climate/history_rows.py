"""Reading the rows of a file of earlier surveys: months, keys of units, answers as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.climate.history_names import Names
from monitor.climate.series_file import period_faults, with_month
from monitor.errors import InputRefused
from monitor.inputs.excel_slips import moment_reader
from monitor.inputs.file_faults import shown
from monitor.inputs.signs import as_read
from monitor.inputs.table_files import Columns, FileTable, Row, read_table
from monitor.locale import Phrase
from monitor.organisation.tree import Tree
from monitor.organisation.unit_names import UnitFinder
from monitor.pulse.questionnaire import Questionnaire

_ANSWER = re.compile("[1-5]?")
HIGHEST = 5
MANY_ANSWERS = 50
"""So many answers without one of the highest are rather of another scale."""


@dataclass(frozen=True)
class CheckedRows:
    """The rows of a file with every fault in them, and notes on how it was read.

    Cells of rows without faults hold a period, the key of a unit, and answers ``1`` to ``5`` or
    nothing.
    """

    rows: tuple[Row, ...]
    faults: tuple[InputRefused, ...]
    notes: tuple[Phrase, ...]

    @property
    def periods(self) -> tuple[str, ...]:
        """The months of the file, oldest first."""
        return tuple(sorted({row.cells["period"] for row in self.rows}))


def read(
    content: bytes, name: str, tree: Tree, questions: Questionnaire, names: Names, present: str
) -> CheckedRows:
    """Read and check a file; months after the `present` one are faults.

    Raises
    ------
    InputRefused
        When the file cannot be read at all, or `names` has a question that is not asked.
    """
    table = _table(content, name, questions, names)
    rows, faults = _checked(table.rows, tree, questions, names, present)
    notes = (*table.notes, *_scale_notes(rows, questions))
    return CheckedRows(tuple(rows), tuple(faults), notes)


def answers_of(row: Row, questions: Questionnaire) -> tuple[int, ...]:
    """The answers of a row, 1..5 or 0 for none, in the order of the questions."""
    return tuple(int(row.cells[question.key] or 0) for question in questions.questions)


def has_answer(row: Row, questions: Questionnaire) -> bool:
    """Whether the row holds any answer at all."""
    return any(answers_of(row, questions))


def _table(content: bytes, name: str, questions: Questionnaire, names: Names) -> FileTable:
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
        faults.extend(_number_answers(row.line, cells, questions, answers))
        checked.append(Row(row.line, cells))
    return checked, faults


def _number_answers(
    line: int, cells: dict[str, str], questions: Questionnaire, answers: Mapping[str, int]
) -> list[InputRefused]:
    """Replace the answers in `cells` by their numbers; returns a fault for each that has none."""
    faults = []
    for key in (question.key for question in questions.questions):
        value = cells[key]
        # Numbers may stand for others too: a scale that ran the other way round.
        number = answers.get(as_read(value), value if _ANSWER.fullmatch(value) else None)
        cells[key] = str(number or "")
        if number is None:
            faults.append(InputRefused("history.answer", line=line, column=key, value=shown(value)))
    return faults


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


def _scale_notes(rows: Sequence[Row], questions: Questionnaire) -> Iterator[Phrase]:
    """Whether the highest answer is never given, as where a scale had four points."""
    numbers = [answer for row in rows for answer in answers_of(row, questions) if answer]
    if len(numbers) >= MANY_ANSWERS and max(numbers) < HIGHEST:
        yield Phrase("history.no_highest", highest=HIGHEST, seen=max(numbers), count=len(numbers))
