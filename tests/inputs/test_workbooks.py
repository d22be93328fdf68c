"""A workbook is read as Excel shows it, and costs no more than its size."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from time import process_time

import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell

from monitor.climate.series_file import read_series
from monitor.errors import InputRefused
from monitor.inputs.table_files import Columns, FileTable, read_table
from monitor.organisation.unit_files import read_tree

COLUMNS = Columns(("unit", "parent"), ("name",))


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_formats(*rows: tuple[tuple[object, str], ...]) -> bytes:
    """A workbook whose cells have these values and number formats."""
    book = Workbook()
    for at, row in enumerate(rows, 1):
        for place, (value, number_format) in enumerate(row, 1):
            cell = book.active.cell(at, place, value)
            assert isinstance(cell, Cell)
            cell.number_format = number_format
    return saved(book)


def notes(table: FileTable) -> dict[str, dict[str, object]]:
    """What is told about how a file was read."""
    return {note.key: note.words for note in table.notes}


@pytest.mark.parametrize(
    ("value", "number_format", "key"),
    [
        (12, "0000", "0012"),
        (12, "00000", "00012"),
        (12, '"wmo-"00', "wmo-12"),
        (3, '"wmo-"00', "wmo-03"),
        (12, "0", "12"),
        (12, "General", "12"),
        (12.0, "0.00", "12"),
        (12345, "0000", "12345"),
        (12, "0000;-0000", "0012"),
        ("0012", "@", "0012"),
    ],
)
def test_a_key_is_read_as_excel_shows_it(value: object, number_format: str, key: str) -> None:
    plain = "General"
    content = with_formats(
        (("unit", plain), ("parent", plain)), ((value, number_format), (None, plain))
    )

    assert read_tree(content, "boom.xlsx").root == key


def test_percentages_are_percentages() -> None:
    heading = tuple((text, "General") for text in ("unit", "period", "theme", "n", "score"))
    row = (("a", "@"), (date(2025, 3, 1), "mmm-yy"), ("werk", "@"), (9, "0"), (0.724, "0.0%"))

    (read,) = read_series(with_formats(heading, row), "reeks.xlsx").rows

    assert (read.cells["score"], read.cells["period"]) == ("72.4%", "2025-03")


@pytest.mark.parametrize("day", [date(2025, 3, 2), datetime(2025, 3, 1, 9, 30)])  # noqa: DTZ001
def test_a_day_that_is_no_first_of_a_month_is_no_month(day: date) -> None:
    book = Workbook()
    book.active.append(["unit", "period", "theme", "n", "score"])
    book.active.append(["a", day, "werk", 9, 70])

    with pytest.raises(InputRefused):
        read_series(saved(book), "reeks.xlsx")


def test_a_cover_sheet_and_hidden_sheets_are_passed_over_with_a_word() -> None:
    book = Workbook()
    book.active.title = "Oud"
    book.active.append(["unit", "parent"])
    book.active.append(["verkeerd", None])
    book.active.sheet_state = "hidden"
    book.create_sheet("Voorblad").append(["Overzicht van onze teams"])
    good = book.create_sheet("Teams")
    good.append(["unit", "parent"])
    good.append(["stad", None])
    book.active = 1

    table = read_table(saved(book), "boom.xlsx", COLUMNS)

    assert [row.cells["unit"] for row in table.rows] == ["stad"]
    assert notes(table)["file.sheet"] == {"sheet": "Teams"}


def test_a_single_sheet_needs_no_word() -> None:
    table = read_table(with_formats((("unit", "@"), ("parent", "@"))), "boom.xlsx", COLUMNS)

    assert table.notes == ()


def test_rows_that_a_filter_hides_are_read_with_a_word() -> None:
    book = Workbook()
    for row in (["unit", "parent"], ["stad", None], ["wmo", "stad"], ["jeugd", "stad"]):
        book.active.append(row)
    for line in (3, 4, 9):
        book.active.row_dimensions[line].hidden = True

    table = read_table(saved(book), "boom.xlsx", COLUMNS)

    assert len(table.rows) == 3
    assert notes(table)["file.hidden_rows"] == {"count": 2, "lines": "3, 4"}


def test_columns_that_are_hidden_are_read_with_a_word() -> None:
    book = Workbook()
    for row in (["unit", "note", "parent"], ["stad", "x", None], ["wmo", "x", "stad"]):
        book.active.append(row)
    for letter in ("B", "C", "D"):  # one that is ignored, one that is read, and one beyond
        book.active.column_dimensions[letter].hidden = True

    table = read_table(saved(book), "boom.xlsx", COLUMNS)

    assert [row.cells["parent"] for row in table.rows] == ["", "stad"]
    assert notes(table)["file.hidden_columns"] == {"count": 1, "columns": "parent"}


def replaced(content: bytes, part: str, text: bytes) -> bytes:
    """The workbook with another text for one of its parts."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(part, text)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TREE = with_formats((("unit", "@"), ("parent", "@")), (("stad", "@"), (None, "@")))
ATTACKS = {
    "empty texts": (STRINGS, b"<sst %s>" % MAIN + b"<si/>" * 4_000_000 + b"</sst>"),
    "parts of one text": (
        STRINGS,
        b"<sst %s><si>" % MAIN + b"<r><t/></r>" * 2_000_000 + b"</si></sst>",
    ),
    "texts under another name": (
        "xl/media/image1.png",
        b"<sst %s>" % MAIN + b"<si/>" * 4_000_000 + b"</sst",
    ),
    "empty rows": (
        SHEET,
        b"<worksheet %s><sheetData>" % MAIN + b"<row/>" * 4_000_000 + b"</sheetData></worksheet>",
    ),
    "empty cells": (
        SHEET,
        b"<worksheet %s><sheetData><row>" % MAIN
        + b"<c/>" * 4_000_000
        + b"</row></sheetData></worksheet>",
    ),
    "a far row": (
        SHEET,
        b'<worksheet %s><sheetData><row r="1048576"/></sheetData></worksheet>' % MAIN,
    ),
    "formats": (
        "xl/styles.xml",
        b"<styleSheet %s><cellXfs>" % MAIN + b"<xf/>" * 4_000_000 + b"</cellXfs></styleSheet>",
    ),
    "nested elements": (SHEET, b"<worksheet %s>" % MAIN + b"<a>" * 3_000_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_small_file_that_unpacks_to_millions_is_refused_at_once(attack: str) -> None:
    content = replaced(TREE, *ATTACKS[attack])
    start = process_time()

    with pytest.raises(InputRefused) as refused:
        read_tree(content, "boom.xlsx")

    assert refused.value.key == "file.workbook_large"
    assert process_time() - start < 3
    assert len(content) < 100_000


def test_entities_of_its_own_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa">]><sst %s><si><t>&a;</t></si></sst>' % MAIN

    with pytest.raises(InputRefused) as refused:
        read_tree(replaced(TREE, STRINGS, bomb), "boom.xlsx")

    assert refused.value.key == "file.spreadsheet"


def test_the_same_workbook_is_read_when_nobody_tampered_with_it() -> None:
    assert read_tree(TREE, "boom.xlsx").root == "stad"


@pytest.mark.slow
def test_a_large_but_honest_workbook_is_read() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("leden")
    sheet.append(["unit", "parent"])
    sheet.append(["stad", None])
    for number in range(4_900):
        sheet.append([f"team {number}", "stad"])

    assert len(read_tree(saved(book), "boom.xlsx")) == 4_901
