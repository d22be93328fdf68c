"""The recovery sheet: one page to print, the only way in without the passphrase."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date

from monitor.klaagmuur import receipts
from monitor.klaagmuur.luisteraars import NewKey
from monitor.klaagmuur.reader_key import fingerprint
from monitor.locale import Texts

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = "Helvetica"
MARGIN = 25
IN_ROW = 4
CELL = 36
"""Groups of the code in a row, and the width of each in millimetres."""
_ALIKE = str.maketrans("\u0131\u0142\u0141\u0111\u0110\u2018\u2019\u2013\u2014", "ilLdD''--")
"""Letters without a decomposition, and quotes and dashes, as their nearest in Latin-1."""


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What is on the sheet."""

    name: str
    code: str = field(repr=False)
    fingerprint: str
    made_on: date

    @staticmethod
    def of(name: str, new: NewKey, today: date) -> RecoverySheet:
        """The sheet that belongs to a new key."""
        return RecoverySheet(name, new.recovery_code, fingerprint(new.key.public), today)


def pdf(sheet: RecoverySheet, t: Texts) -> bytes:
    """The sheet as a PDF of one page, without the server's address."""
    # Loaded when first needed: it holds 25 MB, and a sheet is made once a year.
    from fpdf import FPDF  # noqa: PLC0415

    page = FPDF(format="A4")
    page.set_title(plain(t("sheet.title")))
    page.set_lang(t.language)
    page.set_margins(MARGIN, MARGIN)
    page.add_page()
    _line(page, t("sheet.title"), 20, "B", 6)
    day = format_date(sheet.made_on, "d MMMM y", locale=t.language)
    _line(page, t("sheet.for", name=sheet.name, day=day), 12, "", 8)
    _line(page, t("sheet.code"), 12, "B", 2)
    groups = receipts.show(sheet.code).split("-")
    _code(page, groups)
    _line(page, t("sheet.groups", count=len(groups)), 10, "", 8)
    for key in ("sheet.use", "sheet.keep", "sheet.lost"):
        _line(page, t(key), 12, "", 4)
    _line(page, t("klaagmuur.reader.fingerprint"), 10, "", 1)
    page.set_font("Courier", "", 11)
    page.multi_cell(0, 6, sheet.fingerprint, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def _code(page: FPDF, groups: list[str]) -> None:
    """The groups of the code, each beneath its number."""
    for first in range(0, len(groups), IN_ROW):
        row = groups[first : first + IN_ROW]
        page.set_font(FONT, "", 10)
        _cells(page, [str(first + place) for place in range(1, len(row) + 1)], 5)
        page.set_font("Courier", "B", 18)
        _cells(page, row, 9)
        page.ln(2)


def _line(page: FPDF, text: str, size: int, style: str, after: int) -> None:
    page.set_font(FONT, style, size)
    page.multi_cell(0, size * 0.5, plain(text), new_x="LMARGIN", new_y="NEXT")
    page.ln(after)


def _cells(page: FPDF, texts: list[str], height: float) -> None:
    for text in texts:
        page.cell(CELL, height, text)
    page.ln(height)


def plain(text: str) -> str:
    """The text in Latin-1, which the fonts of every PDF reader have; other letters lose marks."""
    return "".join(map(_letter, text.translate(_ALIKE)))


def _letter(letter: str) -> str:
    for candidate in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        if candidate.encode("latin-1", "ignore"):
            return candidate
    return "?"
