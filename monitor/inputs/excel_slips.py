"""Cells that a spreadsheet changed by itself: a key that became a date, a number or an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

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
    r"|'\d.*"  # the sign that keeps Excel from making a number of it
    r"|TRUE|FALSE|WAAR|ONWAAR"
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

_SLASHED_MOMENT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4}),? \d{1,2}:\d\d.*")


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


def moment_reader(cells: Iterable[str]) -> Callable[[str], str]:
    """A reader of the month of a moment, for a column with these cells; as :func:`month_of_moment`.

    Whether ``3/4/2025 10:22`` is of March or of April follows from the column's other moments:
    where in one of them only one order is possible. Else such a moment stays as it is.

    Examples
    --------
    >>> moment_reader(["3/4/2025 10:22", "25/4/2025 9:01"])("3/4/2025 10:22")
    '2025-04'
    >>> moment_reader(["3/4/2025 10:22"])("3/4/2025 10:22")
    '3/4/2025 10:22'
    """
    moments = [match for cell in cells if (match := _SLASHED_MOMENT.fullmatch(cell))]
    is_day_first = any(int(match[1]) > 12 for match in moments)
    if is_day_first == any(int(match[2]) > 12 for match in moments):
        return month_of_moment
    place = 2 if is_day_first else 1

    def month(cell: str) -> str:
        match = _SLASHED_MOMENT.fullmatch(cell)
        if match is None:
            return month_of_moment(cell)
        return f"20{match[3][-2:]}-{int(match[place]):02d}"

    return month


def is_named_month(cell: str) -> bool:
    """Whether the cell has a month by name, such as ``mrt-25``: a day of March, or March 2025."""
    return _SHORT_MONTH.fullmatch(cell) is not None
