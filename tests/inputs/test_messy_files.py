"""Files as people really hand them in: each is read as it was meant, or refused with its line.

None may be read as something else without a word. Every file here was made up after the reader
was, with what spreadsheets, mail programs, staff systems and people do to lists.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from monitor.climate.series_file import read_series
from monitor.errors import FileRefused, InputRefused
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import (
    read_counts,
    read_members,
    read_noted_counts,
    read_noted_members,
    read_noted_tree,
    read_tree,
)

STAD = Tree(
    (
        Unit("stad", None, "Gemeente S\u00fadw\u00e2ld"),
        Unit("wmo", "stad", "Wmo Noord"),
        Unit("0012", "stad", "Jeugd & Gezin"),
        Unit("d\u2019n-hoek", "stad", "D\u2019n Hoek"),
    )
)


def tree(content: bytes) -> object:
    """Keys and names, top first."""
    return [(unit.key, unit.name) for unit in read_tree(content, "boom").units]


def tree_notes(content: bytes) -> object:
    """What is told about how a tree was read."""
    return [note.key for note in read_noted_tree(content, "boom").notes]


def people(content: bytes) -> object:
    """Addresses and units."""
    return [(member.email, member.unit) for member in read_members(content, "leden", STAD)]


def people_notes(content: bytes) -> object:
    """What is told about how a list of members was read."""
    return [note.key for note in read_noted_members(content, "leden", STAD).notes]


def counts(content: bytes) -> object:
    """Numbers of people per unit."""
    return read_counts(content, "aantallen", STAD)


def count_notes(content: bytes) -> object:
    """What is told about how numbers of people were read."""
    return [note.key for note in read_noted_counts(content, "aantallen", STAD).notes]


def series(content: bytes) -> object:
    """Months and scores."""
    table = read_series(content, "reeks")
    return [(row.cells["period"], table.scale.score(row.cells["score"])) for row in table.rows]


def sheet(*rows: list[Any], **formats: str) -> bytes:
    """A workbook of these rows; `formats` are number formats by cell."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in formats.items():
        book.active[cell].number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def edited(content: bytes, old: str, new: str) -> bytes:
    """The workbook with something else in the XML of its first sheet."""
    part, made = "xl/worksheets/sheet1.xml", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == part:
                assert text.count(old.encode()) == 1
                text = text.replace(old.encode(), new.encode())
            target.writestr(name, text)
    return made.getvalue()


def struck(*rows: list[Any]) -> bytes:
    """A workbook of these rows, the last of them struck through."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell in book.active[len(rows)]:
        cell.font = Font(strike=True)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


ROOT = ("stad", "Stad")
HEAD = "unit;parent;name\nstad;;Stad\n"
SERIES = "unit;period;theme;n;score\n"
Case = tuple[Callable[[bytes], object], bytes, object]
MEANT: dict[str, Case] = {
    "a bullet of blanks before each name": (
        tree,
        (HEAD + "wmo;stad;\u2003\u2003Wmo\n").encode(),
        [ROOT, ("wmo", "Wmo")],
    ),
    "soft hyphens from a website": (
        tree,
        (HEAD + "jeugd;stad;Jeugd\u00adhulp\u00adverlening\n").encode(),
        [ROOT, ("jeugd", "Jeugdhulpverlening")],
    ),
    "a minus for a hyphen in a key": (
        tree,
        (HEAD + "wmo;stad;Wmo\nwmo\u2212oost;wmo;Oost\nx;wmo-oost;X\n").encode(),
        [ROOT, ("wmo", "Wmo"), ("wmo-oost", "Oost"), ("x", "X")],
    ),
    "direction marks around a pasted name": (
        tree,
        (HEAD + "wmo;stad;\u200eWmo\u200e\n").encode(),
        [ROOT, ("wmo", "Wmo")],
    ),
    "headings in capitals with blanks": (
        tree,
        "\u00a0ONDERDEEL ;BOVENLIGGEND\u00a0;NAAM\nstad;;Stad\n".encode(),
        [ROOT],
    ),
    "a heading over two lines": (
        tree,
        b'onderdeel;"bovenliggend\nonderdeel";naam\nstad;;Stad\n',
        [ROOT],
    ),
    "blank lines of separators at the end": (tree, (HEAD + ";;\n;;\n\n").encode(), [ROOT]),
    "a tab file saved as text by Excel": (
        tree,
        HEAD.replace(";", "\t").replace("\n", "\r\n").encode("utf-16"),
        [ROOT],
    ),
    "a name with good quotes and marks": (
        tree,
        (HEAD + "a;stad;Foto\u00b4s & \u2018t Veld \u2013 2\u00b2\n").encode("utf-8-sig"),
        [ROOT, ("a", "Foto\u00b4s & \u2018t Veld \u2013 2\u00b2")],
    ),
    "Frisian and Scandinavian letters": (
        tree,
        (HEAD + "a;stad;S\u00fbn & \u00c5lesund, \u0160koda\n").encode("cp1252"),
        [ROOT, ("a", "S\u00fbn & \u00c5lesund, \u0160koda")],
    ),
    "capitals with accents": (
        tree,
        (HEAD + "a;stad;\u00c2GE \u00c3O CAF\u00c9\n").encode("cp1252"),
        [ROOT, ("a", "\u00c2GE \u00c3O CAF\u00c9")],
    ),
    "columns of a staff system beside ours": (
        tree_notes,
        b"Personeelsgebied;Onderdeel;Bovenliggend;Naam;Kostenplaats\n1;stad;;Stad;4\n",
        ["file.ignored"],
    ),
    "codes with a number format": (
        tree,
        sheet(
            ["unit", "parent", "name"],
            [12, None, "Stad"],
            [7, 12, "Wmo"],
            A2="0000",
            A3="0000",
            B3="0000",
        ),
        [("0012", "Stad"), ("0007", "Wmo")],
    ),
    "an outlook list of addresses": (
        people,
        b"E-mailadres;Team\n<Noor@Stad.example>;wmo\nmailto:sam@stad.example;Wmo Noord\n",
        [("noor@stad.example", "wmo"), ("sam@stad.example", "wmo")],
    ),
    "a unit's name with another apostrophe code": (
        people,
        "email,unit\na@b.nl,D\u2019N  HOEK\n".encode(),
        [("a@b.nl", "d\u2019n-hoek")],
    ),
    "decomposed accents from a Mac": (
        people,
        "email,unit\na@b.nl,Gemeente Su\u0301dwa\u0302ld\n".encode(),
        [("a@b.nl", "stad")],
    ),
    "names of people beside addresses": (
        people_notes,
        b"Naam;E-mail;Onderdeel;Geboortedatum\nNoor;a@b.nl;wmo;1-2-1980\n",
        ["file.ignored"],
    ),
    "numbers typed as text": (counts, sheet(["unit", "aantal"], ["wmo", "7"]), {"wmo": 7}),
    "numbers with decimals": (counts, sheet(["unit", "count"], ["wmo", 7.0], A2="@"), {"wmo": 7}),
    "months that Excel made days": (
        series,
        sheet(
            ["unit", "period", "theme", "n", "score"],
            ["a", date(2025, 3, 1), "werk", 9, 0.5],
            E2="0%",
        ),
        [("2025-03", 50.0)],
    ),
    "percentages with a decimal comma": (
        series,
        (SERIES + "a;2025-03;werk;9;72,5 %\n").encode(),
        [("2025-03", 72.5)],
    ),
    "a month with an en dash": (
        series,
        (SERIES + "a;2025\u201303;werk;9;72\n").encode(),
        [("2025-03", 72.0)],
    ),
    "Dutch headings of a series": (
        series,
        b"Team;Maand;Thema;Aantal;Gemiddelde\na;2025-03;werk;9;72\n",
        [("2025-03", 72.0)],
    ),
}
MEANT |= {
    "CSV (Macintosh) of Excel for Mac": (
        tree,
        (HEAD + "a;stad;Co\u00f6rdinatie\nb;stad;Zee\u00ebn\n")
        .replace("\n", "\r")
        .encode("mac_roman"),
        [ROOT, ("a", "Co\u00f6rdinatie"), ("b", "Zee\u00ebn")],
    ),
    "a code with a dash in its number format": (
        tree,
        sheet(["unit", "parent"], ["stad", None], [1203, "stad"], A3="00-00"),
        [ROOT[:1] * 2, ("12-03", "12-03")],
    ),
    "a code with letters behind its number": (
        tree,
        sheet(["unit", "parent"], ["stad", None], [12, "stad"], A3='000"b"'),
        [ROOT[:1] * 2, ("012b", "012b")],
    ),
    "a code longer than its number format": (
        tree,
        sheet(["unit", "parent"], ["stad", None], [112345, "stad"], A3="00\\.00"),
        [ROOT[:1] * 2, ("1123.45", "1123.45")],
    ),
    "a code whose last zero is one of decimals": (
        tree,
        sheet(["unit", "parent"], ["stad", None], [12.1, "stad"], A3="0.00"),
        [ROOT[:1] * 2, ("12.10", "12.10")],
    ),
    "a word before each name by its number format": (
        tree,
        sheet(["unit", "parent"], ["stad", None], ["oost", "stad"], A3='"team "@'),
        [ROOT[:1] * 2, ("team oost", "team oost")],
    ),
    "numbers of people with decimals and a word": (
        counts,
        sheet(["unit", "count"], ["wmo", 12], ["0012", 7], B2="0.00", B3='0 "mensen"'),
        {"wmo": 12, "0012": 7},
    ),
    "a formula that gave an empty text": (
        people,
        edited(
            sheet(["email", "unit", "x"], ["a@b.nl", "wmo", '=IF(1,"")']),
            'r="C2"',
            'r="C2" t="str"',
        ),
        [("a@b.nl", "wmo")],
    ),
    "rows that somebody struck through": (
        people_notes,
        struck(["email", "unit"], ["a@b.nl", "wmo"], ["b@b.nl", "wmo"]),
        ["file.struck_rows"],
    ),
    "a row made too low to see": (
        people_notes,
        edited(sheet(["email", "unit"], ["a@b.nl", "wmo"]), '<row r="2"', '<row r="2" ht="0"'),
        ["file.hidden_rows"],
    ),
    "a column made too narrow to see": (
        people_notes,
        edited(
            sheet(["email", "unit"], ["a@b.nl", "wmo"]),
            "<sheetData>",
            '<cols><col min="2" max="2" width="0"/></cols><sheetData>',
        ),
        ["file.hidden_columns"],
    ),
    "a sum of what lies beneath it": (
        count_notes,
        b"unit;aantal\nstad;19\nwmo;12\n0012;7\n",
        ["counts.subtotal"],
    ),
    "as many people as one unit beneath it": (count_notes, b"unit;aantal\nstad;12\nwmo;12\n", []),
    "two lists beside each other": (
        count_notes,
        b"unit;aantal;;unit2;aantal2\nwmo;12;;0012;7\n",
        ["file.ignored"],
    ),
}
REFUSED: dict[str, tuple[Callable[[bytes], object], bytes, str, int]] = {
    "UTF-8 opened and saved as Windows": (
        tree,
        (HEAD + "a;stad;S\u00c3\u00badw\u00c3\u00a2ld\n").encode(),
        "file.garbled",
        3,
    ),
    "the same, twice": (
        tree,
        (HEAD + "a;stad;Caf\u00c3\u0192\u00c2\u00a9\n").encode(),
        "file.garbled",
        3,
    ),
    "a name that ends in a lost accent": (
        tree,
        (HEAD + "a;stad;Voil\u00c3\u00a0\n").encode(),
        "file.garbled",
        3,
    ),
    "a curly quote gone wrong": (
        tree,
        (HEAD + "a;stad;D\u00e2\u20ac\u2122n Hoek\n").encode(),
        "file.garbled",
        3,
    ),
    "saved in a DOS code page": (
        tree,
        (HEAD + "a;stad;S\u00fadw\u00e2ld\n").encode("cp850"),
        "file.garbled",
        3,
    ),
    "saved without accents": (tree, (HEAD + "a;stad;S?dw?ld\n").encode(), "file.garbled", 3),
    "a replacement sign": (tree, (HEAD + "a;stad;Caf\ufffd\n").encode(), "file.garbled", 3),
    "a team that became a date": (tree, (HEAD + "1-feb;stad;Een\n").encode(), "file.excel_slip", 3),
    "a date as Excel keeps it": (
        tree,
        sheet(["unit", "parent"], ["stad", None], [date(2026, 2, 1), "stad"]),
        "file.excel_slip",
        3,
    ),
    "a code that became a power of ten": (
        tree,
        (HEAD + "1,2E+05;stad;Een\n").encode(),
        "file.excel_slip",
        3,
    ),
    "a lookup that failed": (tree, (HEAD + "a;stad;#N/B\n").encode(), "file.excel_slip", 3),
    "a key with Cyrillic in it": (
        tree,
        (HEAD + "wm\u043e;stad;Wmo\n").encode(),
        "file.alphabets",
        3,
    ),
    "keys that differ in case": (
        tree,
        (HEAD + "wmo;stad;Wmo\nWMO;stad;Anders\n").encode(),
        "organisation.alike",
        4,
    ),
    "keys that differ in a blank": (
        tree,
        (HEAD + "wmo noord;stad;A\nwmo\u00a0noord;stad;B\n").encode(),
        "organisation.double",
        4,
    ),
    "two teams of one name side by side": (
        tree,
        (HEAD + "w1;stad;Wmo Noord\nw2;stad;Wmo\u2009noord\n").encode(),
        "organisation.alike_name",
        4,
    ),
    "a total beneath the list": (counts, b"unit;aantal\nwmo;7\nTotaal;7\n", "file.unit_unknown", 3),
    "a code without its zeros": (people, b"email;unit\na@b.nl;12\n", "file.unit_unknown", 2),
    "two addresses in a cell": (people, b'email;unit\n"a@b.nl; c@d.nl";wmo\n', "members.email", 2),
    "an address with a Greek letter": (
        people,
        "email;unit\nn\u03bf\u03bfr@b.nl;wmo\n".encode(),
        "members.email",
        2,
    ),
    "a double address in another dress": (
        people,
        b"email;unit\na@b.nl;wmo\n<A@B.nl>;0012\n",
        "members.double",
        3,
    ),
    "thousands with a point": (counts, b"unit;aantal\nwmo;1.000\n", "counts.number", 2),
    "an estimate of people": (counts, "unit;aantal\nwmo;\u00b17\n".encode(), "counts.number", 2),
    "half a person": (counts, sheet(["unit", "count"], ["wmo", 7.5]), "counts.number", 2),
    "a month by name": (
        series,
        (SERIES + "a;mrt-25;werk;9;72\n").encode(),
        "series.named_month",
        2,
    ),
    "a day for a month": (
        series,
        sheet(["unit", "period", "theme", "n", "score"], ["a", date(2025, 3, 14), "werk", 9, 70]),
        "series.period",
        2,
    ),
    "marks from one to ten": (
        series,
        (SERIES + "a;2025-03;werk;9;7,4\n").encode(),
        "series.scale",
        0,
    ),
    "percentages and fractions mixed": (
        series,
        (SERIES + "a;2025-03;werk;9;72%\na;2025-04;werk;9;0,7\n").encode(),
        "series.scale",
        0,
    ),
    "formulas of a program that does not calculate": (
        people,
        sheet(["email", "unit"], ["a@b.nl", "wmo"], ['="b"&"@b.nl"', '="wmo"']),
        "file.no_value",
        3,
    ),
    "a formula of which the column is read": (
        counts,
        sheet(["unit", "x", "count"], ["wmo", "=1", "=SUM(1,2)"]),
        "file.no_value",
        2,
    ),
    "a cell merged over several rows": (
        people,
        sheet(["email", "unit"], ["a@b.nl", "wmo"], ["b@b.nl", None]),
        "file.blank",
        3,
    ),
    "a key with the sign that makes it text": (
        tree,
        (HEAD + "'0012;stad;x\n").encode(),
        "file.excel_slip",
        3,
    ),
    "a key that became a truth value": (
        tree,
        sheet(["unit", "parent"], ["stad", None], [True, "stad"]),
        "file.excel_slip",
        3,
    ),
    "Mac Roman saved as Windows": (
        tree,
        (HEAD + "a;stad;Zee\u2018n\n").encode("cp1252"),
        "file.garbled",
        3,
    ),
    "two addresses in one cell": (
        people,
        b'email;unit\n"a@b.nl; b@b.nl";wmo\n',
        "members.email",
        2,
    ),
    "an address with the name before it": (
        people,
        b"email;unit\nA B <a@b.nl>;wmo\n",
        "members.email",
        2,
    ),
    "digits of another width": (
        counts,
        "unit;aantal\nwmo;\uff11\uff12\n".encode(),
        "counts.number",
        2,
    ),
    "a month in digits of another width": (
        series,
        (SERIES + "a;\uff12\uff10\uff12\uff15-\uff10\uff13;werk;9;72\n").encode(),
        "series.period",
        2,
    ),
    "a total beneath the numbers": (
        counts,
        b"unit;aantal\nwmo;12\nTotaal;12\n",
        "file.unit_unknown",
        3,
    ),
    "a share for a number of people": (
        counts,
        sheet(["unit", "count"], ["wmo", 0.12], B2="0%"),
        "counts.number",
        2,
    ),
    "the heading again further down": (
        people,
        b"email;unit\na@b.nl;wmo\nemail;unit\n",
        "members.email",
        3,
    ),
    "bars between the cells": (people, b"email|unit\na@b.nl|wmo\n", "file.columns", 0),
    "a web page called xls": (
        people,
        b"<table><tr><td>email</td><td>unit</td></tr></table>",
        "file.columns",
        0,
    ),
    "no heading at all": (people, b"a@b.nl;wmo\n", "file.columns", 0),
    "the unit's heading twice": (
        people,
        b"email;unit;unit\na@b.nl;wmo;0012\n",
        "file.columns_twice",
        0,
    ),
    "a signature beneath the list": (
        people,
        b"email;unit\na@b.nl;wmo\nVertrouwelijk;;intern gebruik\n",
        "file.cell_without_heading",
        3,
    ),
}


@pytest.mark.parametrize("case", MEANT)
def test_a_file_is_read_as_it_was_meant(case: str) -> None:
    read, content, meant = MEANT[case]

    assert read(content) == meant


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_as_meant_is_refused_with_its_line(case: str) -> None:
    read, content, key, line = REFUSED[case]

    with pytest.raises(InputRefused) as refused:
        read(content)

    refusal = refused.value
    faults = refusal.faults if isinstance(refusal, FileRefused) else (refusal,)
    assert (key, line) in [(fault.key, fault.words.get("line", 0)) for fault in faults]
