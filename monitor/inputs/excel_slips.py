"""Cells that a spreadsheet changed by itself: a key that became a date, a number or an error."""

from __future__ import annotations

import re

_MONTHS = (
    "jan|feb|mrt|mar|maart|apr|mei|may|jun|jul|aug|sep|sept|okt|oct|nov|dec|januari|februari|april|"
    "juni|juli|augustus|september|oktober|november|december"
)
_SLIPS = re.compile(
    rf"\d{{1,2}}[-/ ](?:{_MONTHS})\.?(?:[-/ ](?:\d\d|\d{{4}}))?"  # 1-feb, 1-feb-26
    rf"|(?:{_MONTHS})\.?[-/ ]\d\d"  # feb-26
    r"|\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?"  # a date as it is stored
    r"|\d{1,2}[-/]\d{1,2}[-/]\d{4}"
    r"|\d(?:[.,]\d+)?E[+-]?\d+"  # 1,2E+05
    r"|#(?:N/[AB]|VERW!|REF!|NAAM\?|NAME\?|WAARDE!|VALUE!|DEEL/0!|DIV/0!|GETAL!|NUM!|LEEG!|NULL!|#+)",
    re.IGNORECASE,
)
_SHORT_MONTH = re.compile(
    rf"(?=.*\d)(?:\d{{1,2}}[-/ ])?(?:{_MONTHS})\.?(?:[-/ ]\d{{2,4}})?", re.IGNORECASE
)
_FIRST_OF_MONTH = re.compile(r"(\d{4}-\d\d)-01(?:[ T]00:00(?::00)?)?")
_MOMENT = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/]\d{1,2}[ T]\d{1,2}:\d\d.*"
    r"|\d{1,2}-(?P<dutch_month>\d{1,2})-(?P<dutch_year>\d{4}),? \d{1,2}:\d\d.*"
)


def is_slip(cell: str) -> bool:
    """Whether a name or key is what a spreadsheet makes of another text.

    Examples
    --------
    >>> is_slip("1-feb"), is_slip("1,2E+05"), is_slip("#N/B"), is_slip("Team 1-2")
    (True, True, True, False)
    """
    return _SLIPS.fullmatch(cell) is not None


def month_text(cell: str) -> str:
    """The month of a date on the first of one, which a spreadsheet makes of a month; else as it is.

    Examples
    --------
    >>> month_text("2025-03-01"), month_text("2025-03-02")
    ('2025-03', '2025-03-02')
    """
    match = _FIRST_OF_MONTH.fullmatch(cell)
    return match[1] if match else cell


def month_of_moment(cell: str) -> str:
    """As :func:`month_text`, and the month of a moment, a day with a time, as forms note it."""
    match = _MOMENT.fullmatch(cell)
    if match is None:
        return month_text(cell)
    year, month = match["year"] or match["dutch_year"], match["month"] or match["dutch_month"]
    return f"{year}-{int(month):02d}"


def is_named_month(cell: str) -> bool:
    """Whether the cell has a month by name, such as ``mrt-25``: a day of March, or March 2025."""
    return _SHORT_MONTH.fullmatch(cell) is not None
