"""A theme over the months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from monitor.climate.results import Figure
from monitor.climate.verdicts import DOWN, UP
from monitor.config.design import LIGHT, Palette
from monitor.dashboard import phrases
from monitor.dashboard.charts.theme import (
    TICKS,
    drawn,
    hollow,
    hover,
    layered,
    score_says,
    score_scale,
    values_of,
)
from monitor.locale import Texts
from monitor.pulse import periods

HEIGHT = 320
LABELLED_BREAKS = 3
"""With more breaks than these only the latest carries words; the sentence below explains all."""
Rows = list[dict[str, Any]]
"""Data of a layer, as it goes into the specification."""


def trend(
    series: Sequence[Figure],
    colour: str,
    t: Texts,
    signals: Mapping[str, str],
    control_limits: Sequence[Figure] = (),
    palette: Palette = LIGHT,
) -> alt.LayerChart:
    """A theme over the months, before the limits within which chance alone would keep it.

    The grey band lies between those limits; the upright strokes are the intervals; dashed rules
    stand where the group changed.

    Parameters
    ----------
    series
        Figures of one unit and theme, oldest first, withheld ones among them.
    colour
        Of the line; at least 3:1 on the background.
    signals
        Months in which a signal fell, with its direction: ``down`` or ``up``.
    control_limits
        Figures of kind ``chance`` of the same unit and theme.
    """
    rows = _rows(series)
    released = [row for row in rows if "score" in row]
    withheld = [row for row in rows if "score" not in row]
    x = alt.X("month:T", title=None, axis=_month_axis(series, t), scale=_month_scale(series))
    y = alt.Y("score:Q", title=None, scale=score_scale(), axis=alt.Axis(values=list(TICKS)))
    layers = [
        *_limit_layers(_limit_rows(series, control_limits), x, palette),
        *_score_layers(released, x, y, colour),
        hollow(withheld, palette).encode(x, alt.Y("axis:Q")),
        *_signal_layers(_signal_rows(released, signals, t), x, y, palette),
        *_break_layers([row for row in rows if row["changed"]], x, t, palette),
        _hover_layer(series, signals, x, t),
    ]
    return layered(layers, HEIGHT, palette)


def _rows(series: Sequence[Figure]) -> Rows:
    """A row per month; ``run`` numbers the stretches of line between gaps and breaks."""
    rows: Rows = []
    run = 0
    for figure in series:
        value, _, _ = values_of(figure)
        changed = "break" in figure.notes
        run += value is None or changed
        month = {
            "period": figure.period,
            "month": f"{figure.period}-01",
            "changed": changed,
        }
        if value is None:
            rows.append(month | {"axis": 0})
        else:
            rows.append(month | {"run": run} | _score_fields(figure))
    return rows


def _score_fields(figure: Figure) -> dict[str, Any]:
    value, low, high = values_of(figure)
    return {"score": value, "low": low, "high": high}


def _limit_rows(series: Sequence[Figure], control_limits: Sequence[Figure]) -> Rows:
    """The limits per month; the band begins anew after a gap, and where the group changed."""
    limits = {figure.period: figure for figure in control_limits if figure.low is not None}
    rows: Rows = []
    run = 0
    for figure in series:
        if values_of(figure)[0] is None:
            continue
        band = limits.get(figure.period)
        run += band is None or "break" in figure.notes
        if band is not None:
            month = f"{figure.period}-01"
            rows.append({"month": month, "from": band.low, "to": band.high, "band": run})
    return rows


def _signal_rows(rows: Rows, signals: Mapping[str, str], t: Texts) -> Rows:
    """The rows in which a signal fell, with its direction and its word."""
    return [
        row | {"caption": t(f"chart.signal.{direction}"), "direction": direction}
        for row in rows
        if (direction := signals.get(row["period"])) is not None
    ]


def _limit_layers(rows: Rows, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """The band between the control limits: grey, because it is no score of anybody."""
    if not rows:
        return []
    area = drawn(rows).mark_area(
        color=palette.edge, fillOpacity=0.2, stroke=palette.edge, strokeWidth=1, strokeDash=[2, 3]
    )
    return [area.encode(x, _interval_end("from"), alt.Y2("to"), alt.Detail("band:N"))]


def _score_layers(rows: Rows, x: alt.X, y: alt.Y, colour: str) -> list[alt.Chart]:
    """The intervals, the line through the scores, and a point per score."""
    return [
        drawn(rows)
        .mark_rule(color=colour, opacity=0.4, strokeWidth=3)
        .encode(x, _interval_end("low"), alt.Y2("high")),
        drawn(rows).mark_line(color=colour, strokeWidth=2.5).encode(x, y, alt.Detail("run:N")),
        drawn(rows).mark_point(color=colour, fill=colour, size=55, opacity=1).encode(x, y),
    ]


def _signal_layers(rows: Rows, x: alt.X, y: alt.Y, palette: Palette) -> list[alt.Chart]:
    """A ring around each month in which a signal fell, with its word where the line is not."""
    if not rows:
        return []
    ring = drawn(rows).mark_point(filled=False, stroke=palette.ink, size=190, strokeWidth=2)
    words = [
        drawn([row for row in rows if row["direction"] == direction])
        .mark_text(align="right", dx=-12, dy=dy, fontWeight="bold")
        .encode(x, y, alt.Text("caption:N"))
        for direction, dy in ((DOWN, 14), (UP, -14))
        if any(row["direction"] == direction for row in rows)
    ]
    return [ring.encode(x, y), *words]


def _break_layers(rows: Rows, x: alt.X, t: Texts, palette: Palette) -> list[alt.Chart]:
    """A dashed rule per month in which the group changed; few of them carry the words."""
    if not rows:
        return []
    labelled = rows if len(rows) <= LABELLED_BREAKS else rows[-1:]
    return [
        drawn(rows).mark_rule(color=palette.quiet, strokeDash=[4, 4]).encode(x),
        drawn([row | {"axis": 0, "text": t("chart.break")} for row in labelled])
        .mark_text(color=palette.quiet, align="left", angle=270, dx=8, dy=-10)
        .encode(x, alt.Y("axis:Q", scale=score_scale()), alt.Text("text:N")),
    ]


def _hover_layer(
    series: Sequence[Figure], signals: Mapping[str, str], x: alt.X, t: Texts
) -> alt.Chart:
    """A column per month that says in words what is drawn there, half a month to either side."""
    rows = [
        {
            "month": _half_month(figure.period, 0),
            "until": _half_month(figure.period, 1),
            "says": _month_says(figure, signals.get(figure.period, ""), t),
        }
        for figure in series
    ]
    areas: alt.Chart = hover(rows).encode(x, alt.X2("until"))
    return areas


def _half_month(period: str, months: int) -> str:
    """The middle of the month before `period`, or of `period` itself and those after it."""
    return f"{periods.shifted(period, months - 1)}-16"


def _month_says(figure: Figure, direction: str, t: Texts) -> str:
    """Month, score, answers, and what is peculiar to it, a sentence a line."""
    lines = [phrases.month(figure.period, t).capitalize() + ".", score_says(figure, t)]
    if figure.n_band and values_of(figure)[0] is not None:
        lines.append(t("tooltip.answers", band=phrases.band(figure.n_band, t)))
    if direction:
        lines.append(t(f"tooltip.signal.{direction}"))
    lines += [t(f"tooltip.{note}") for note in ("caution", "break") if note in figure.notes]
    return "\n".join(lines)


def _interval_end(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=None, scale=score_scale(), axis=alt.Axis(values=list(TICKS)))


def _month_scale(series: Sequence[Figure]) -> alt.Scale:
    days = sorted(f"{figure.period}-01" for figure in series)
    domain = [_utc_day(days[0]), _utc_day(days[-1])] if len(set(days)) > 1 else alt.Undefined
    return alt.Scale(type="utc", nice=False, padding=18, domain=domain)


def _month_axis(series: Sequence[Figure], t: Texts) -> alt.Axis:
    """Months as ticks, with the year under January and under the first."""
    months = sorted({figure.period for figure in series})
    step = 1 if len(months) <= 9 else 3 if len(months) <= 27 else 6 if len(months) <= 54 else 12
    ticks = [p for p in months if (int(p[5:]) - 1) % step == 0] or months[:1]
    names = ",".join(f"'{name}'" for name in phrases.month_abbreviations(t))
    year, month = "utcyear(datum.value)", "utcmonth(datum.value)"
    is_first = f"{year} == {int(ticks[0][:4])} && {month} == {int(ticks[0][5:]) - 1}"
    return alt.Axis(
        values=[_utc_day(f"{period}-01") for period in ticks],
        labelExpr=f"[[{names}][{month}], {month} == 0 || ({is_first}) ? {year} : '']",
        grid=False,
        labelOverlap=True,
    )


def _utc_day(day: str) -> alt.DateTime:
    year, month, date = (int(part) for part in day.split("-"))
    return alt.DateTime(year=year, month=month, date=date, utc=True)
