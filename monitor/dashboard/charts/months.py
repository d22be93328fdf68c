"""A theme over the months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from monitor.climate.results import Figure
from monitor.climate.verdicts import DOWN, UP
from monitor.config.design import LIGHT, Palette
from monitor.dashboard import phrases
from monitor.dashboard.charts.theme import TICKS, drawn, hollow, layered, score_scale, values_of
from monitor.locale import Texts

HEIGHT = 320
LABELLED_BREAKS = 3
"""With more breaks than these only the latest carries words; the sentence below explains all."""


def trend(
    series: Sequence[Figure],
    colour: str,
    t: Texts,
    signals: Mapping[str, str],
    chance: Sequence[Figure] = (),
    palette: Palette = LIGHT,
) -> alt.LayerChart:
    """A theme over the months, with what chance alone would do behind it.

    The grey band is where chance alone would keep each month; the upright strokes are the
    intervals; dashed rules stand where the group changed.

    Parameters
    ----------
    series
        Figures of one unit and theme, oldest first, withheld ones among them.
    colour
        Of the line; at least 3:1 on the background.
    signals
        Months in which a signal fell, with its direction: ``down`` or ``up``.
    chance
        Figures of kind ``chance`` of the same unit and theme.
    """
    rows = _trend_rows(series, t)
    told = [row for row in rows if "score" in row]
    fallen = [row for row in told if row["period"] in signals]
    x = alt.X("month:T", title=None, axis=_month_axis(series, t), scale=_month_scale(series))
    y = alt.Y("score:Q", title=None, scale=score_scale(), axis=alt.Axis(values=list(TICKS)))
    layers: list[alt.Chart] = [
        *_chance_layers(_chance_rows(series, chance), x, palette),
        drawn(told)
        .mark_rule(color=colour, opacity=0.4, strokeWidth=3)
        .encode(x, _end("low"), alt.Y2("high")),
        drawn(told).mark_line(color=colour, strokeWidth=2.5).encode(x, y, alt.Detail("run:N")),
        drawn(told)
        .mark_point(color=colour, fill=colour, size=55, opacity=1)
        .encode(x, y, tooltip=_told_tooltip(t)),
        hollow([row for row in rows if "score" not in row], palette).encode(
            x, alt.Y("axis:Q"), tooltip=_withheld_tooltip(t)
        ),
        *_signal_layers(
            [
                row | {"says": t(f"word.{signals[row['period']]}"), "way": signals[row["period"]]}
                for row in fallen
            ],
            x,
            y,
            palette,
        ),
        *_break_layers([row for row in rows if row["changed"]], x, t, palette),
    ]
    return layered(layers, HEIGHT, palette)


def _trend_rows(series: Sequence[Figure], t: Texts) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    run = 0
    for figure in series:
        value, low, high = values_of(figure)
        changed = "break" in figure.notes
        run += value is None or changed
        row: dict[str, Any] = {
            "period": figure.period,
            "month": f"{figure.period}-01",
            "label": phrases.month(figure.period, t),
            "changed": changed,
        }
        if value is None:
            row |= {"axis": 0, "note": t("note.withheld.short")}
        else:
            row |= {
                "score": value,
                "low": low,
                "high": high,
                "run": run,
                "shown": phrases.score(figure),
                "interval": phrases.interval(figure),
                "answers": phrases.short_band(figure.n_band),
            }
        rows.append(row)
    return rows


def _chance_rows(series: Sequence[Figure], chance: Sequence[Figure]) -> list[dict[str, Any]]:
    """The band per month; it begins anew where a score has none, and where the group changed."""
    known = {figure.period: figure for figure in chance if figure.low is not None}
    rows: list[dict[str, Any]] = []
    run = 0
    for figure in series:
        if values_of(figure)[0] is None:
            continue
        band = known.get(figure.period)
        run += band is None or "break" in figure.notes
        if band is not None:
            month = f"{figure.period}-01"
            rows.append({"month": month, "from": band.low, "to": band.high, "band": run})
    return rows


def _chance_layers(rows: list[dict[str, Any]], x: alt.X, palette: Palette) -> list[alt.Chart]:
    """The band of chance: grey, because it is no score of anybody."""
    if not rows:
        return []
    area = drawn(rows).mark_area(
        color=palette.edge, fillOpacity=0.2, stroke=palette.edge, strokeWidth=1, strokeDash=[2, 3]
    )
    return [area.encode(x, _end("from"), alt.Y2("to"), alt.Detail("band:N"))]


def _signal_layers(
    rows: list[dict[str, Any]], x: alt.X, y: alt.Y, palette: Palette
) -> list[alt.Chart]:
    """A ring around each month in which a signal fell, with its word where the line is not."""
    if not rows:
        return []
    ring = drawn(rows).mark_point(filled=False, stroke=palette.ink, size=190, strokeWidth=2)
    words = [
        drawn([row for row in rows if row["way"] == way])
        .mark_text(align="right", dx=-12, dy=dy, fontWeight="bold")
        .encode(x, y, alt.Text("says:N"))
        for way, dy in ((DOWN, 14), (UP, -14))
        if any(row["way"] == way for row in rows)
    ]
    return [ring.encode(x, y), *words]


def _break_layers(
    rows: list[dict[str, Any]], x: alt.X, t: Texts, palette: Palette
) -> list[alt.Chart]:
    """A dashed rule per month in which the group changed; few of them carry the words."""
    if not rows:
        return []
    named = rows if len(rows) <= LABELLED_BREAKS else rows[-1:]
    return [
        drawn(rows).mark_rule(color=palette.quiet, strokeDash=[4, 4]).encode(x),
        drawn([row | {"axis": 0, "text": t("chart.break")} for row in named])
        .mark_text(color=palette.quiet, align="left", angle=270, dx=8, dy=-10)
        .encode(x, alt.Y("axis:Q", scale=score_scale()), alt.Text("text:N")),
    ]


def _end(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=None, scale=score_scale(), axis=alt.Axis(values=list(TICKS)))


def _month_scale(series: Sequence[Figure]) -> alt.Scale:
    ends = sorted(f"{figure.period}-01" for figure in series)
    domain = [_moment(ends[0]), _moment(ends[-1])] if len(set(ends)) > 1 else alt.Undefined
    return alt.Scale(type="utc", nice=False, padding=18, domain=domain)


def _month_axis(series: Sequence[Figure], t: Texts) -> alt.Axis:
    """Months as ticks, with the year under January and under the first."""
    months = sorted({figure.period for figure in series})
    step = 1 if len(months) <= 9 else 3 if len(months) <= 27 else 6 if len(months) <= 54 else 12
    ticks = [p for p in months if (int(p[5:]) - 1) % step == 0] or months[:1]
    names = ",".join(f"'{name}'" for name in phrases.month_abbreviations(t))
    year, place = "utcyear(datum.value)", "utcmonth(datum.value)"
    first = f"{year} == {int(ticks[0][:4])} && {place} == {int(ticks[0][5:]) - 1}"
    return alt.Axis(
        values=[_moment(f"{period}-01") for period in ticks],
        labelExpr=f"[[{names}][{place}], {place} == 0 || ({first}) ? {year} : '']",
        grid=False,
        labelOverlap=True,
    )


def _moment(day: str) -> alt.DateTime:
    year, month, date = (int(part) for part in day.split("-"))
    return alt.DateTime(year=year, month=month, date=date, utc=True)


def _told_tooltip(t: Texts) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("label:N", title=t("table.month")),
        alt.Tooltip("shown:N", title=t("table.score")),
        alt.Tooltip("interval:N", title=t("table.interval")),
        alt.Tooltip("answers:N", title=t("table.answers")),
    ]


def _withheld_tooltip(t: Texts) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("label:N", title=t("table.month")),
        alt.Tooltip("note:N", title=t("table.note")),
    ]
