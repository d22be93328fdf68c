"""Workbooks are read as CSV is, and hostile ones are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook

from monitor.errors import InputRefused
from monitor.inputs import zip_limits
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import read_counts, read_members, read_tree
from tests.scale import SOAK

FaultsOf = Callable[[Callable[[], object]], list[tuple[str, int]]]
TREE = Tree((Unit("101", None, "Stad, de"), Unit("102", "101", "Één")))


def workbook(*rows: tuple[object, ...]) -> bytes:
    """A workbook with these rows on its first sheet, and another sheet behind it."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    book.create_sheet("Kladblad").append(["unit", "niets"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_first_sheet_is_read_as_csv_would_be() -> None:
    content = workbook(
        ("Unit ", "PARENT", "name", None), (101, None, "Stad, de"), (), (102.0, 101, " Één ")
    )

    assert read_tree(content, "boom.xlsx") == TREE
    assert read_counts(workbook(("count", "unit"), (7, 102)), "a.xlsx", TREE) == {"102": 7}
    (member,) = read_members(workbook(("email", "unit"), ("A@b.example", 102)), "a.xlsx", TREE)
    assert (member.email, member.unit) == ("a@b.example", "102")


def test_faults_have_the_row_numbers_excel_shows(faults_of: FaultsOf) -> None:
    content = workbook(
        ("unit", "parent", "name"),
        ("stad", None, "Stad"),
        (),
        ("wmo", "stad", None),
        ("x", "weg", None),
        (date(2026, 1, 1), "stad", "Dag"),
    )

    assert faults_of(lambda: read_tree(content, "boom.xlsx")) == [
        ("file.blank", 4),
        ("file.blank", 5),
        ("organisation.orphan", 5),
        ("file.excel_slip", 6),
    ]


def test_a_missing_heading_is_refused(faults_of: FaultsOf) -> None:
    assert faults_of(lambda: read_tree(workbook(("naam",), ("stad",)), "b.xlsx")) == [
        ("file.columns", 0)
    ]
    assert faults_of(lambda: read_tree(workbook(), "b.xlsx")) == [("file.empty", 0)]


def zipped(**parts: bytes) -> bytes:
    """A zip file that is no workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "file.spreadsheet"),
        (workbook(("unit", "parent"))[:-40], "file.spreadsheet"),
        (b"PK\x03\x04 and so on", "file.spreadsheet"),
        (zipped(bomb=bytes(60 * 1024 * 1024)), "file.workbook_large"),
        (zipped(**{f"part{n}": b"" for n in range(600)}), "file.workbook_large"),
    ],
    ids=["another program's", "cut short", "no zip", "a bomb", "too many parts"],
)
def test_what_is_no_workbook_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_tree(content, "boom.xlsx")

    assert refused.value.key == key


def edited(*replaced: tuple[bytes, bytes]) -> bytes:
    """A small workbook in whose first sheet this was replaced."""
    content, buffer = workbook(("unit", "parent"), ("stad", None)), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                for before, after in replaced:
                    assert before in text
                    text = text.replace(before, after)
            new.writestr(part.filename, text)
    return buffer.getvalue()


def test_a_row_far_beyond_any_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    if SOAK == 1:
        monkeypatch.setattr(zip_limits, "LAST_ROW", 10_000)  # reading a million rows takes long
    content = edited((b'r="2"', b'r="999999999999"'), (b'"A2"', b'"A999999999999"'))
    with pytest.raises(InputRefused):
        read_tree(content, "boom.xlsx")


def test_columns_before_the_first_take_no_memory() -> None:
    """Hidden from column -1,000,000,000 on, they were listed one by one."""
    hidden = b'<cols><col min="%s" max="1" hidden="1"/></cols><sheetData>'
    with pytest.raises(InputRefused) as refused:
        read_tree(edited((b"<sheetData>", hidden % b"-1000000")), "boom.xlsx")
    assert refused.value.key == "file.spreadsheet"
    # The control: the same column, as Excel numbers it.
    assert read_tree(edited((b"<sheetData>", hidden % b"1")), "fine.xlsx").root == "stad"


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [("c", {"r": "A" * 4 + "1"}), ("row", {"r": "0"}), ("row", {"r": "-5"})],
)
def test_what_stands_nowhere_on_a_sheet_is_not_counted(
    tag: str, attributes: dict[str, str]
) -> None:
    """The number of a column of a million letters took minutes to work out."""
    with pytest.raises(ValueError, match=r"\d"):
        zip_limits.SheetShape().add(tag, attributes)
    zip_limits.SheetShape().add("c", {"r": "XFD1"})
