"""The themes of a unit in a report: cards with a drawing, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.climate.figures import Figure
from monitor.climate.verdicts import TrendVerdict, own_level
from monitor.locale import formats
from monitor.pulse import periods
from monitor.pulse.questionnaire import Theme, in_language
from monitor.reports import blocks, drawing, wording
from monitor.reports.blocks import Block, Card
from monitor.reports.scope import DRAWN_MONTHS, Scope


def cards(scope: Scope) -> Iterator[Block]:
    """The themes of the unit with a drawing each, and what the drawing shows."""
    yield blocks.Cards(tuple(_card(scope, theme) for theme in scope.themes))
    yield blocks.Paragraph(scope.t("report.cards.caption"), style="quiet")


def theme_table(scope: Scope) -> Block:
    """The numbers behind the drawings: each theme in each month of the span."""
    t = scope.t
    headers = (
        t("report.column.theme"),
        *(formats.short_month(period, t.language) for period in scope.periods),
        t("report.column.margin"),
        t("report.column.before"),
    )
    rows = []
    for theme in scope.themes:
        latest = scope.theme(scope.unit, theme.key)
        level = own_level(
            scope.results, scope.unit, theme.key, scope.until, scope.verdict(scope.unit, theme.key)
        )
        rows.append(
            (
                title(scope, theme),
                *(wording.score(scope.theme(scope.unit, theme.key, p)) for p in scope.periods),
                _interval(latest),
                wording.EN_DASH if level is None else str(level),
            )
        )
    count = len(scope.periods)
    return blocks.Table(
        headers, tuple(rows), (3.0, *(1.2,) * count, 1.3, 1.2), tuple(range(1, count + 3))
    )


def title(scope: Scope, theme: Theme) -> str:
    """The name of a theme in the language of the report."""
    return in_language(theme.title, scope.t.language)


def _card(scope: Scope, theme: Theme) -> Card:
    t, unit = scope.t, scope.unit
    figure, change = scope.theme(unit, theme.key), scope.verdict(unit, theme.key)
    name = title(scope, theme)
    first = periods.shifted(scope.until, 1 - DRAWN_MONTHS)
    series = [
        f
        for f in scope.results.series(unit, "theme", theme.key)
        if first <= f.period <= scope.until
    ]
    shown = [f for f in series if f.value is not None]
    limits = [
        limit
        for f in shown
        if (limit := scope.results.figure(f.period, unit, "chance", theme.key)) is not None
    ]
    ends = (
        [formats.short_month(f.period, t.language) for f in (shown[0], shown[-1])] if shown else []
    )
    picture = drawing.svg(series, limits, _span(change), (ends[0], ends[1])) if shown else ""
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
    return scope.t(
        "report.alt",
        theme=name,
        since=wording.month(shown[0].period, scope.t),
        until=wording.month(shown[-1].period, scope.t),
        first=wording.score(shown[0]),
        last=wording.score(shown[-1]),
        lowest=wording.score(by_score[0]),
        highest=wording.score(by_score[-1]),
    )


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
