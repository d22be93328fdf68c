"""The one word that stands beside a score, and the sentences that explain it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.climate.figures import ABOVE, TEAM, Figure
from monitor.climate.results import Results
from monitor.climate.tracks import YEARS
from monitor.locale import Texts
from monitor.pulse import periods

TOO_FEW, STABLE, DOWN, UP = "too_few", "stable", "down", "up"
MONTHS_NEEDED = 3
"""Released months before anything is said of change."""
SHOWN_MONTHS = 3
"""Months a signal is told: the one in which it fell and the two after it. By then the new level
is what the next months are held against."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that may be said of change in one theme of one unit.

    ``points`` and ``band`` (None and empty while unknown): how far two months of a unit with this
    many answers may lie apart by chance, 19 times out of 20. ``since`` and ``fell``: the month in
    which the change seems to have begun and that of the signal, both None without one. ``back``:
    since that signal the score has come back, and the word is no longer told.
    """

    word: str
    points: int | None
    band: str
    since: str | None
    fell: str | None
    audience: str
    back: bool = False

    @property
    def years(self) -> float:
        """A team of which nothing changes is wrongly said to fall once in so many years, over all
        its themes together."""
        return YEARS[self.audience]


def tell(
    results: Results, unit: str, theme: str, period: str | None = None, audience: str = TEAM
) -> Told:
    """What may be said of a theme of a unit, as of `period` (by default the latest).

    With audience ``above`` only what is told to who looks at many units at once.
    """
    until = period or results.latest or ""
    series = [f for f in results.series(unit, "theme", theme) if f.period <= until]
    shown = [figure for figure in series if figure.value is not None]
    key = theme if audience == TEAM else f"{theme}:{audience}"
    given = _given(results, series[-SHOWN_MONTHS:], unit, key)
    back = given is not None and _is_back(results, shown, given, theme)
    chance = results.one(shown[-1].period, unit, "chance", theme) if shown else None
    return Told(
        word=str(given.value) if given and not back else _usual(series),
        points=int(chance.value) if chance and chance.value is not None else None,
        band=shown[-1].n_band if shown else "",
        since=_since(given) if given else None,
        fell=given.period if given else None,
        audience=audience,
        back=back,
    )


def sentences(told: Told, t: Texts, month: Callable[[str], str]) -> tuple[str, ...]:
    """What a person reads beneath the word; `month` puts a period in words."""
    said = [t(f"signals.meaning.{told.word}")]
    if told.back and told.fell:
        said.append(t("signals.back", fell=month(told.fell)))
    elif told.since and told.fell:
        said.append(t("signals.since", since=month(told.since), fell=month(told.fell)))
        said.append(t("signals.false", years=f"{told.years:g}"))
        said.append(t("signals.talk"))
    if told.audience == ABOVE:
        said.append(t("signals.above"))
    if told.points is not None:
        said.append(t("signals.chance", points=told.points))
    return tuple(said)


def _usual(series: Sequence[Figure]) -> str:
    """The word where there is no signal.

    A difference between two months is no reason for another word than ``stable``: a team of 12
    differs by ten points from one month to the next without any change at all.
    """
    breaks = [at for at, figure in enumerate(series) if "break" in figure.notes]
    released = sum(figure.value is not None for figure in series[max(breaks, default=0) :])
    return TOO_FEW if released < MONTHS_NEEDED else STABLE


def _is_back(results: Results, shown: Sequence[Figure], given: Figure, theme: str) -> bool:
    """Whether the latest score has come back to the level before the change, or past it.

    "Falling" beside a score that is no longer low would be untrue to whoever reads it.
    """
    before = results.one(_since(given) or given.period, given.unit, "chance", theme)
    latest = shown[-1].value if shown else None
    if before is None or before.low is None or before.high is None or not isinstance(latest, int):
        return False
    level = (before.low + before.high) / 2
    return latest >= level if given.value == DOWN else latest <= level


def _given(results: Results, recent: Sequence[Figure], unit: str, key: str) -> Figure | None:
    for figure in reversed(recent):
        found = results.one(figure.period, unit, "signal", key)
        if found is not None and _months_between(figure, recent[-1]) < SHOWN_MONTHS:
            return found
    return None


def _months_between(earlier: Figure, later: Figure) -> int:
    return periods.number(later.period) - periods.number(earlier.period)


def _since(given: Figure) -> str | None:
    return next((n.partition("=")[2] for n in given.notes if n.startswith("since=")), None)
