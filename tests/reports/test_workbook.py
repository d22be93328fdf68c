"""The workbook of the complete release says first what it is, and holds the same figures."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from monitor.climate.export_rows import COLUMNS
from monitor.commands.release_workbook import NUMBERS
from monitor.commands.results import export
from monitor.context import AppContext

FORMATS = {("period", str, "@")}
FORMATS |= {
    (column, kind, text) for column in NUMBERS for kind, text in ((int, "0"), (float, "0.0"))
}
FORMATS |= {("value", str, "General")}


@pytest.mark.slow
def test_it_holds_the_same_rows_as_the_csv_each_on_the_sheet_of_its_kind(
    town: AppContext, tmp_path: Path
) -> None:
    for name in ("a.csv", "a.xlsx"):
        done = CliRunner().invoke(export, ["--out", str(tmp_path / name)], catch_exceptions=False)
        assert done.exit_code == 0
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = [tuple(row.values()) for row in csv.DictReader(handle)]
    book = load_workbook(tmp_path / "a.xlsx")
    cover, *sheets = book.worksheets
    stored = []
    for sheet in sheets:
        heading, *lines = sheet.iter_rows(values_only=True)
        assert heading == COLUMNS
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.comment and len(cell.comment.text) > 10 for cell in sheet[1])
        formats = {
            (column, type(cell.value), cell.number_format)
            for row in sheet.iter_rows(min_row=2)
            for column, cell in zip(COLUMNS, row, strict=True)
            if column in (*NUMBERS, "period") and cell.value is not None
        }
        assert formats <= FORMATS
        assert {line[2] for line in lines} == {sheet.title}
        stored += [tuple("" if cell is None else str(cell) for cell in line) for line in lines]
        value = COLUMNS.index(NUMBERS[0])
        assert all(
            not re.fullmatch(r"[\d.]+", str(line[value])) or isinstance(line[value], int | float)
            for line in lines
        )
    assert sorted(stored) == sorted(rows)
    words = " ".join(str(cell) for row in cover.iter_rows(values_only=True) for cell in row if cell)
    assert "Wat hieruit niet valt op te maken" in words
    assert "vijf mensen" in words
