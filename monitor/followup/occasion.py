"""What changed in a unit, as far as a conversation is concerned: from released figures only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from monitor.climate.results import Figure, Results
from monitor.climate.verdicts import DOWN, UP, TrendVerdict, verdict
from monitor.followup.before_after import MONTHS_BEFORE
from monitor.followup.records import OWN, Origin, OriginKind
from monitor.followup.suggestion import SUPPORT, Direction

WORK_FIRST = ("druk", "respect", "steun")
"""Of several themes that fell, the one to begin with: the work comes before how people talk."""
STANDS_OUT = 10
"""Points by which one statement has to fall before it decides what is asked first."""


@dataclass(frozen=True, slots=True)
class MovedStatement:
    """A statement's mean over the months of a change, and over the months before it."""

    question: str
    earlier: int
    now: int

    @property
    def change(self) -> int:
        """The later mean less the earlier one, in points."""
        return self.now - self.earlier


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a conversation about one theme of a unit begins with.

    ``also_fell`` are other themes that went down; ``statements`` those that moved, in the
    direction of the theme, the furthest first.
    """

    theme: str
    change: TrendVerdict
    direction: Direction
    also_fell: tuple[str, ...]
    statements: tuple[MovedStatement, ...]

    @property
    def origin(self) -> Origin:
        """What leads to the conversation, as it is stored."""
        if self.change.signalled is None or self.direction is Direction.NONE:
            return OWN
        return Origin(OriginKind.SIGNAL, self.change.signalled, self.theme)

    @property
    def statement(self) -> str:
        """The statement that decides what is asked first; empty where none stands out."""
        first = self.statements[0] if self.statements else None
        stands_out = first is not None and first.change <= -STANDS_OUT
        return first.question if first and stands_out else ""


def occasion(results: Results, unit: str, theme: str) -> Occasion:
    """What changed in a theme of a unit, as of the latest month."""
    changes = verdicts(results, unit)
    change = changes.get(theme) or verdict(results, unit, theme)
    direction = _DIRECTIONS.get(change.direction, Direction.NONE)
    return Occasion(
        theme=theme,
        change=change,
        direction=direction,
        also_fell=tuple(
            key
            for key, other in changes.items()
            if key != theme and other.direction == DOWN and (other.is_new or key == SUPPORT)
        ),
        statements=() if change.since is None else _moved(results, unit, theme, change.since),
    )


def verdicts(results: Results, unit: str) -> dict[str, TrendVerdict]:
    """The verdict per theme of the latest questionnaire; empty before the first sealed month."""
    if results.latest is None:
        return {}
    themes = results.questionnaire(results.latest).themes
    return {theme.key: verdict(results, unit, theme.key) for theme in themes}


def begin_with(changes: dict[str, TrendVerdict]) -> str:
    """The theme to begin with: one that fell, the work itself first; else one that rose."""
    ordered = sorted(changes, key=lambda key: (*WORK_FIRST, key).index(key))
    for direction in (DOWN, UP):
        for is_new in (True, False):
            for key in ordered:
                change = changes[key]
                if change.direction == direction and change.is_new == is_new:
                    return key
    return next(iter(changes), "")


def _moved(results: Results, unit: str, theme: str, since: str) -> tuple[MovedStatement, ...]:
    assert results.latest is not None
    questions = {t.key: t.questions for t in results.questionnaire(results.latest).themes}[theme]
    scored = results.series(unit, "theme", theme)
    earlier, now = _months_before(scored, since), {f.period for f in scored if f.period >= since}
    rows = []
    for question in questions:
        series = results.series(unit, "question", question.key)
        before, after = _mean(series, earlier), _mean(series, now)
        if before is not None and after is not None:
            rows.append(MovedStatement(question.key, before, after))
    falls = sum(row.change for row in rows) < 0
    return tuple(sorted(rows, key=lambda row: row.change, reverse=not falls))


def _months_before(series: Sequence[Figure], since: str) -> set[str]:
    """The latest months before a change, up to twelve, none from before a break mark."""
    months: list[str] = []
    for figure in series:
        if figure.period >= since:
            break
        if "break" in figure.notes:
            months.clear()
        months.append(figure.period)
    return set(months[-MONTHS_BEFORE:])


def _mean(series: Sequence[Figure], months: set[str]) -> int | None:
    values = [f.value for f in series if f.period in months and isinstance(f.value, int)]
    return floor(sum(values) / len(values) + 0.5) if values else None


_DIRECTIONS = {DOWN: Direction.DOWN, UP: Direction.UP}
