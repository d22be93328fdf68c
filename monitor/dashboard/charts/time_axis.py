"""The months as a horizontal axis that several charts share, one beneath the other."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from monitor.config.design import Palette
from monitor.dashboard import phrases
from monitor.dashboard.charts.theme import FONT_SIZE
from monitor.locale import Texts
from monitor.pulse import periods

LEFT = 34
"""Pixels for the numbers beside every plot, so that all begin at the same place."""
ROOM_FOR_WORDS = 500
"""Pixels of a plot from which on words fit in it; narrower, they stand beneath the charts only."""
_MONTHS_ON = 5
"""The axis runs on after the last month: the score of now stands there."""


def first_day(period: str) -> str:
    """Where a month is drawn."""
    return f"{period}-01"


def half_before(period: str, months: int = 0) -> str:
    """Half a month before a month, or before the one so many months later."""
    return f"{periods.shifted(period, months - 1)}-16"


def where_there_is_room(words: str) -> alt.ExprRef:
    """The words of an expression; nothing on a plot that is too narrow for them."""
    return alt.ExprRef(f"width > {ROOM_FOR_WORDS} ? {words} : ''")


def axis_x(months: Sequence[str], axis: alt.Axis | None) -> alt.X:
    """The channel of all layers: from half a month before the first to weeks after the last."""
    domain = [
        _utc_day(half_before(months[0])),
        _utc_day(first_day(periods.shifted(months[-1], _months_on(months)))),
    ]
    return alt.X(
        "month:T", title=None, axis=axis, scale=alt.Scale(type="utc", nice=False, domain=domain)
    )


def month_axis(months: Sequence[str], t: Texts, palette: Palette, lane: int = 0) -> alt.Axis:
    """Some months as ticks, with the year under January and under the first.

    `lane` are the pixels kept free between the ticks and the names of the months.
    """
    count = len(months)
    step = 1 if count <= 9 else 3 if count <= 27 else 6 if count <= 54 else 12
    ticks = [p for p in months if (int(p[5:]) - 1) % step == 0] or list(months[:1])
    names = ",".join(f"'{name}'" for name in phrases.month_abbreviations(t))
    year, month = "utcyear(datum.value)", "utcmonth(datum.value)"
    is_first = f"{year} == {int(ticks[0][:4])} && {month} == {int(ticks[0][5:]) - 1}"
    return alt.Axis(
        values=[_utc_day(first_day(period)) for period in ticks],
        labelExpr=f"[[{names}][{month}], {month} == 0 || ({is_first}) ? {year} : '']",
        labelColor=palette.quiet,
        labelFontSize=FONT_SIZE,
        labelPadding=2 + lane,
        grid=False,
        labelOverlap=True,
    )


def _months_on(months: Sequence[str]) -> int:
    return max(1, round(len(months) * _MONTHS_ON / 24))


def _utc_day(day: str) -> alt.DateTime:
    year, month, date = (int(part) for part in day.split("-"))
    return alt.DateTime(year=year, month=month, date=date, utc=True)
