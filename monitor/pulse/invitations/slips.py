"""Paper slips: ten on a page, to be cut, folded and drawn from a bowl.

With slips not even the mail server knows who was invited. Each team starts on a page of its own,
its slips are in random order, and only the code tells one from another.
"""

from __future__ import annotations

import random
import secrets
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import TYPE_CHECKING

import segno
from babel.dates import format_date

from monitor.locale import Texts, texts
from monitor.pulse import periods
from monitor.pulse.invitations import codes
from monitor.pulse.invitations.letter_text import promise

if TYPE_CHECKING:
    from fpdf import FPDF

COLUMNS, ROWS = 2, 5
WIDTH, HEIGHT = 105.0, 59.4
"""Millimetres: a tenth of an A4."""
MARGIN = 6.0
"""Millimetres; wider than what printers cannot print on."""
QR = 27.0
"""Millimetres; large enough for an old telephone."""
LONGEST_TEAM = 72
"""Characters of a team's name: two lines."""
FONT = "Helvetica"
QUIET, FAINT = 90, 190
"""Shades of grey: of small print, and of the lines to cut along."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One code for somebody in a team."""

    team: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SlipTemplate:
    """What is the same on every slip of a round."""

    base_url: str
    language: str
    minimum: int
    period: str
    closes_on: date | None


def shuffled(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """The slips with the teams in the same order, and in random order within each team."""
    generator: random.Random = secrets.SystemRandom()
    teams: dict[str, list[Slip]] = {}
    for slip in slips:
        teams.setdefault(slip.team, []).append(slip)
    return tuple(
        slip for of_team in teams.values() for slip in generator.sample(of_team, len(of_team))
    )


def pdf(slips: Sequence[Slip], template: SlipTemplate, today: date) -> bytes:
    """The slips as a PDF of A4 pages, in the order given, each team on pages of its own."""
    # Loaded when first needed: it holds 25 MB, and slips are printed once a month at most.
    from fpdf import FPDF  # noqa: PLC0415

    paper = FPDF(unit="mm", format="A4")
    paper.core_fonts_encoding = "windows-1252"
    paper.set_auto_page_break(False)
    paper.set_margin(0)
    paper.c_margin = 0
    paper.set_title(f"{texts(template.language)('slip.title')} {template.period}")
    paper.set_lang(template.language)
    paper.set_creation_date(datetime.combine(today, time(), UTC))
    for _, team in groupby(slips, key=lambda slip: slip.team):
        for number, slip in enumerate(team):
            row, column = divmod(number % (COLUMNS * ROWS), COLUMNS)
            if row == column == 0:
                paper.add_page()
                _cutting_lines(paper)
            _draw(paper, slip, template, column * WIDTH, row * HEIGHT)
    return bytes(paper.output())


def _cutting_lines(paper: FPDF) -> None:
    paper.set_draw_color(FAINT)
    paper.set_dash_pattern(dash=1, gap=1.5)
    for column in range(1, COLUMNS):
        paper.line(column * WIDTH, 0, column * WIDTH, ROWS * HEIGHT)
    for row in range(1, ROWS):
        paper.line(0, row * HEIGHT, COLUMNS * WIDTH, row * HEIGHT)
    paper.set_dash_pattern()


def _draw(paper: FPDF, slip: Slip, template: SlipTemplate, x: float, y: float) -> None:
    t = texts(template.language)
    link = f"{template.base_url}/pulse/{slip.code}"
    _qr(paper, link, x + MARGIN, y + MARGIN)
    paper.set_xy(x + MARGIN + QR + 4, y + MARGIN)
    _instructions(paper, slip.team, template, t)
    paper.set_xy(x + MARGIN, y + MARGIN + QR + 3.2)
    paper.set_font("Courier", "B", 12.5)
    paper.cell(WIDTH - 2 * MARGIN, 5.5, codes.show(slip.code), align="C")
    paper.set_xy(x + MARGIN, y + MARGIN + QR + 10)
    paper.set_text_color(QUIET)
    _text(paper, " ".join(promise(t, template.minimum)), WIDTH - 2 * MARGIN, 6.5)
    paper.set_text_color(0)


def _instructions(paper: FPDF, team: str, template: SlipTemplate, t: Texts) -> None:
    """What stands beside the QR code: for whom, where to type the code, and until when."""
    width = WIDTH - 2 * MARGIN - QR - 4
    month = format_date(periods.first_day(template.period), "LLLL y", locale=template.language)
    name = textwrap.shorten(team, LONGEST_TEAM, placeholder="…")
    _text(paper, t("slip.title"), width, 9, "B", after=0.8)
    _text(paper, f"{name}, {month}", width, 8, after=1.2)
    _text(paper, t("slip.how"), width, 8)
    _text(paper, template.base_url.partition("://")[2] + "/pulse", width, 8, "B", after=1.2)
    if template.closes_on is not None:
        day = format_date(template.closes_on, "EEEE d MMMM", locale=template.language)
        _text(paper, t("mail.until", day=day), width, 8)


def _text(
    paper: FPDF, words: str, width: float, points: float, style: str = "", after: float = 0
) -> None:
    """Print a paragraph at the current position, and move beneath it."""
    left = paper.get_x()
    paper.set_font(FONT, style, points)
    paper.multi_cell(width, points * 0.44, _printable(words), align="L")
    paper.set_xy(left, paper.get_y() + after)


def _printable(words: str) -> str:
    """The text in characters of the font: others lose their accent, or become a question mark."""
    return "".join(_in_font(character) for character in unicodedata.normalize("NFC", words))


def _in_font(character: str) -> str:
    for candidate in (character, unicodedata.normalize("NFKD", character)[0]):
        if candidate.encode("cp1252", "ignore"):
            return candidate
    return "?"


def _qr(paper: FPDF, link: str, x: float, y: float) -> None:
    """The link as a QR code, drawn as bars so that it prints sharp at any size."""
    rows = [bytes(row) for row in segno.make_qr(link, error="m").matrix]
    module = QR / len(rows)
    paper.set_fill_color(0)
    for down, row in enumerate(rows):
        across = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                paper.rect(
                    x + across * module, y + down * module, length * module, module, style="F"
                )
            across += length
