"""The themes of a unit in a report: cards with a drawing, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.climate.figures import Figure
from monitor.climate.trend_geometry import SIGNALS
from monitor.climate.verdicts import TrendVerdict, own_level
from monitor.locale import formats
from monitor.pulse.questionnaire import Theme, in_language
from monitor.reports import blocks, drawing, wording
from monitor.reports.blocks import Block, Card
from monitor.reports.scope import Scope

MOST_MONTHS = 12
"""Months beside each other in a table."""


def cards(scope: Scope) -> Iterator[Block]:
    """The themes of the unit with a drawing each, and what the drawings show."""
    t = scope.t
    yield blocks.Cards(tuple(_card(scope, theme) for theme in scope.themes))
    yield blocks.Paragraph(" ".join(_caption(scope)), style="quiet")
    if scope.flags:
        flags = "; ".join(
            t("report.cards.flag", number=n, title=a.title, month=wording.month(a.start, t))
            for n, a in enumerate(scope.flags, 1)
        )
        yield blocks.Paragraph(flags, lead=t("report.cards.flags"), style="quiet")


def _caption(scope: Scope) -> Iterator[str]:
    """What the marks mean, of which there are any."""
    figures = [f for theme in scope.themes for f in _series(scope, theme)]
    shown = [f for f in figures if f.value is not None]
    yield scope.t("report.cards.caption")
    if any(f.notes & SIGNALS for f in shown):
        yield scope.t("report.cards.signal")
    if any("break" in f.notes for f in shown):
        yield scope.t("report.cards.break")
    if any(f.value is None for f in figures):
        yield scope.t("report.cards.withheld")


def theme_tables(scope: Scope) -> Iterator[Block]:
    """The numbers behind the drawings: each theme in each month of the span, a year a table."""
    months = scope.periods
    firsts = range(0, len(months), MOST_MONTHS)
    for first in firsts:
        yield _theme_table(scope, months[first : first + MOST_MONTHS], first == firsts[-1])


def _theme_table(scope: Scope, months: tuple[str, ...], is_last: bool) -> Block:
    """The table of some months; the last also has the margin and the earlier level."""
    t = scope.t
    headers = [
        t("report.column.theme"),
        *(formats.short_month(period, t.language) for period in months),
    ]
    rows = [
        [
            title(scope, theme),
            *(wording.score(scope.theme(scope.unit, theme.key, p)) for p in months),
        ]
        for theme in scope.themes
    ]
    widths = [3.0 if len(months) < MOST_MONTHS else 3.8, *(1.2,) * len(months)]
    if is_last:
        headers += [t("report.column.margin"), t("report.column.before")]
        widths += [1.6, 1.4]
        for cells, theme in zip(rows, scope.themes, strict=True):
            cells.extend(_margin_and_before(scope, theme))
    right = tuple(range(1, len(headers)))
    return blocks.Table(tuple(headers), tuple(map(tuple, rows)), tuple(widths), right)


def _margin_and_before(scope: Scope, theme: Theme) -> tuple[str, str]:
    change = scope.verdict(scope.unit, theme.key)
    level = own_level(scope.results, scope.unit, theme.key, scope.until, change)
    before = wording.EN_DASH if level is None else str(level)
    return _interval(scope.theme(scope.unit, theme.key)), before


def _series(scope: Scope, theme: Theme) -> list[Figure]:
    """The figures of a theme in the drawn months."""
    series = scope.results.series(scope.unit, "theme", theme.key)
    return [f for f in series if scope.drawn[0] <= f.period <= scope.until]


def title(scope: Scope, theme: Theme) -> str:
    """The name of a theme in the language of the report."""
    return in_language(theme.title, scope.t.language)


def _card(scope: Scope, theme: Theme) -> Card:
    t, unit = scope.t, scope.unit
    figure, change = scope.theme(unit, theme.key), scope.verdict(unit, theme.key)
    name = title(scope, theme)
    series = _series(scope, theme)
    shown = [f for f in series if f.value is not None]
    limits = [
        limit
        for f in shown
        if (limit := scope.results.figure(f.period, unit, "chance", theme.key)) is not None
    ]
    ends = [formats.short_month(f.period, t.language) for f in (*shown[:1], *shown[-1:])]
    flags = [(number, action.start) for number, action in enumerate(scope.flags, 1)]
    picture = drawing.svg(series, limits, _span(change), ends, flags) if shown else ""
    is_shown = figure is not None and figure.value is not None
    return Card(
        title=name,
        score=wording.score(figure) if is_shown else "",
        interval=wording.interval(figure, t) if figure and is_shown else t("report.withheld"),
        word=t(f"word.{change.word}"),
        tone=wording.tone(change),
        svg=picture,
        alt=_alt(scope, name, series),
        sentence=_sentence(scope, theme, change),
    )


def _alt(scope: Scope, name: str, series: list[Figure]) -> str:
    """The drawing in words: where the line begins, where it ends, and between what it lies."""
    shown = [figure for figure in series if isinstance(figure.value, int)]
    if not shown:
        return scope.t("report.alt.none", theme=name)
    by_score = sorted(shown, key=lambda figure: int(figure.value or 0))
    line = scope.t(
        "report.alt",
        theme=name,
        since=wording.month(shown[0].period, scope.t),
        until=wording.month(shown[-1].period, scope.t),
        first=wording.score(shown[0]),
        last=wording.score(shown[-1]),
        lowest=wording.score(by_score[0]),
        highest=wording.score(by_score[-1]),
    )
    flags = (
        scope.t("report.alt.flag", number=number, month=wording.month(action.start, scope.t))
        for number, action in enumerate(scope.flags, 1)
        if shown[0].period <= action.start <= shown[-1].period
    )
    return " ".join((line, *flags))


def _span(change: TrendVerdict) -> tuple[str, str, str] | None:
    if change.direction and change.since and change.signalled:
        return change.direction, change.since, change.signalled
    return None


def _sentence(scope: Scope, theme: Theme, change: TrendVerdict) -> str:
    t = scope.t
    if not change.direction or change.since is None:
        return t(f"report.card.{change.word}")
    level = own_level(scope.results, scope.unit, theme.key, scope.until, change)
    since = wording.month(change.since, t)
    if level is None:
        return t(f"report.card.{change.direction}", since=since)
    return t(f"report.card.{change.direction}_from", since=since, level=level)


def _interval(figure: Figure | None) -> str:
    if figure is None or figure.low is None or figure.high is None:
        return wording.EN_DASH
    return f"{figure.low}{wording.EN_DASH}{figure.high}"
