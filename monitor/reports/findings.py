"""What stood out in a report: a headline, and a table per department that names no team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from monitor.climate.verdicts import TrendVerdict
from monitor.pulse.questionnaire import Theme
from monitor.reports import blocks, wording
from monitor.reports.blocks import Block, Cell
from monitor.reports.scope import Scope
from monitor.reports.theme_cards import title

FEWEST_TEAMS = 3
"""Teams a department has at least before signals among them are counted: fewer would name one."""


def headline(scope: Scope) -> str:
    """Whether anything is the matter and where, in one or two sentences."""
    t = scope.t
    changes = [(theme, scope.verdict(scope.unit, theme.key)) for theme in scope.themes]
    sentences = [
        t(f"report.headline.{change.word}", theme=title(scope, theme), name=scope.name)
        for theme, change in changes
        if change.direction
    ]
    new = sum(
        any(scope.verdict(team, theme.key).word == "down" for theme in scope.themes)
        for team in scope.teams
        if team != scope.unit
    )
    first = " ".join(sentences) if sentences else t("report.headline.nothing", name=scope.name)
    if len(scope.teams) < FEWEST_TEAMS:
        return first
    if new == 0:
        return f"{first} {t('report.headline.no_team')}"
    return f"{first} {t('report.headline.teams', count=new, total=len(scope.teams))}"


def signals(scope: Scope) -> Iterator[Block]:
    """Departments in tree order with what is reported of them, and how many of their teams."""
    t = scope.t
    yield blocks.Heading(t("report.signals.title"))
    rows = [row for unit in scope.departments() for row in _department(scope, unit)]
    rows += _teams_rows(scope, t("report.signals.directly", name=scope.name), scope.loose_teams)
    if rows:
        headers = tuple(t(f"report.column.{name}") for name in ("unit", "theme", "word", "teams"))
        yield blocks.Table(headers, tuple(rows), (3.0, 2.0, 3.0, 3.0))
        if any(cells[-1] for cells in rows):
            yield blocks.Paragraph(t("report.signals.among"), style="quiet")
    elif scope.by_department:
        yield blocks.Paragraph(t("report.signals.none"))
    else:
        yield blocks.Paragraph(t("report.signals.counted"))
    yield blocks.Notice(
        t(
            "report.signals.false",
            teams=len(scope.teams),
            number=wording.decimal(scope.expected_false, t),
            months=len(scope.calendar),
        ),
        lead=t("report.signals.false.lead"),
    )


def _department(scope: Scope, unit: str) -> Iterator[tuple[str | Cell, ...]]:
    """A row per theme of which something is reported, of the department or among its teams."""
    depth = scope.tree.depth(unit) - scope.tree.depth(scope.unit) - 1
    name: str | Cell = Cell(scope.tree.get(unit).name, indent=depth, bold=depth == 0)
    for theme in scope.themes:
        change = scope.verdict(unit, theme.key)
        among = _among(scope, scope.teams_of(unit), theme)
        if change.direction or among:
            yield name, title(scope, theme), _word(scope, change), among
            name = Cell("", quiet=True)


def _teams_rows(scope: Scope, name: str, teams: tuple[str, ...]) -> list[tuple[str | Cell, ...]]:
    """Rows of the teams right beneath the top, with their name on the first."""
    rows = [
        (title(scope, theme), wording.EN_DASH, among)
        for theme in scope.themes
        if (among := _among(scope, teams, theme))
    ]
    return [(Cell("", quiet=True) if at else name, *cells) for at, cells in enumerate(rows)]


def _among(scope: Scope, teams: tuple[str, ...], theme: Theme) -> str:
    """Of how many teams something is reported; never where so few that it names one."""
    if len(teams) < FEWEST_TEAMS:
        return ""
    t = scope.t
    directions = Counter(scope.verdict(team, theme.key).direction for team in teams)
    counted = [
        t(f"report.among.{direction}", count=directions[direction], total=len(teams))
        for direction in ("down", "up")
        if directions[direction]
    ]
    return ", ".join(counted)


def _word(scope: Scope, change: TrendVerdict) -> str | Cell:
    if not change.direction or change.since is None:
        return wording.EN_DASH
    t = scope.t
    word = t("word.since", word=t(f"word.{change.word}"), since=wording.month(change.since, t))
    return Cell(word, tone=wording.tone(change))
