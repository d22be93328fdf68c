"""The one word that stands beside a score, and the sentences that explain it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.climate.control_charts import YEARS
from monitor.climate.figures import ABOVE, TEAM, Figure
from monitor.climate.results import Results
from monitor.locale import Texts
from monitor.pulse import periods

TOO_FEW, STABLE, DOWN, UP = "too_few", "stable", "down", "up"
MONTHS_NEEDED = 3
"""Released months before anything is said of change."""
SHOWN_MONTHS = 3
"""Months a signal is told: the one in which it fell and the two after it. By then the new level
is what the next months are held against."""
REMEMBERED_MONTHS = 12
"""Months an earlier signal is still spoken of, as long as the score has stayed where it went."""


@dataclass(frozen=True, slots=True)
class TrendVerdict:
    """All that may be said of change in one theme of one unit.

    ``points`` and ``band`` (None and empty while unknown): how far two months of a unit with this
    many answers may lie apart by chance, 19 times out of 20. ``since`` and ``fell``: the month in
    which the change seems to have begun and that of the signal, both None without one. ``back``:
    since that signal the score has come back, and the word is no longer told. ``settled``: the
    direction of an earlier signal after which the score stayed where it went; the word is then
    ``stable``, and without this nobody would learn that it is stable at another level.
    """

    word: str
    points: int | None
    band: str
    since: str | None
    fell: str | None
    audience: str
    back: bool = False
    sustained: str = ""

    @property
    def years(self) -> float:
        """A team of which nothing changes is wrongly said to fall once in so many years, over all
        its themes together."""
        return YEARS[self.audience]


def verdict(
    results: Results, unit: str, theme: str, period: str | None = None, audience: str = TEAM
) -> TrendVerdict:
    """What may be said of a theme of a unit, as of `period` (by default the latest).

    With audience ``above`` only what is told to who looks at many units at once.
    """
    until = period or results.latest or ""
    series = [f for f in results.series(unit, "theme", theme) if f.period <= until]
    shown = [figure for figure in series if figure.value is not None]
    key = theme if audience == TEAM else f"{theme}:{audience}"
    given = _given(results, series, key, SHOWN_MONTHS)
    back = given is not None and _is_back(results, shown, given, theme)
    usual = _usual(series)
    earlier = None
    if given is None and usual == STABLE:
        earlier = _given(results, series, key, REMEMBERED_MONTHS)
    if earlier is not None and _stays(results, series, shown, earlier, theme):
        given = earlier
    stayed = given is not None and given is earlier
    chance = results.one(shown[-1].period, unit, "chance", theme) if shown else None
    return TrendVerdict(
        word=str(given.value) if given and not back and not stayed else usual,
        points=int(chance.value) if chance and chance.value is not None else None,
        band=shown[-1].n_band if shown else "",
        since=_since(given) if given else None,
        fell=given.period if given else None,
        audience=audience,
        back=back,
        sustained=str(given.value) if given and stayed else "",
    )


def sustained(told: TrendVerdict, t: Texts, month: Callable[[str], str]) -> str:
    """That an earlier change has stayed, in a sentence; empty where there was none."""
    if not told.sustained or told.since is None or told.fell is None:
        return ""
    since, fell = month(told.since), month(told.fell)
    return t(f"signals.sustained.{told.sustained}", since=since, fell=fell)


def sentences(told: TrendVerdict, t: Texts, month: Callable[[str], str]) -> tuple[str, ...]:
    """What a person reads beneath the word; `month` puts a period in words."""
    said = [t(f"signals.meaning.{told.word}")]
    if told.sustained:
        said = [sustained(told, t, month), t("signals.sustained.stable")]
    elif told.back and told.fell:
        said.append(t("signals.back", fell=month(told.fell)))
    elif told.since and told.fell:
        said.append(t("signals.since", since=month(told.since), fell=month(told.fell)))
        said.append(t("signals.false", years=f"{told.years:g}"))
        said.append(t("signals.talk"))
    if told.audience == ABOVE and not told.sustained:
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
    level = _level_before(results, given, theme)
    latest = shown[-1].value if shown else None
    if level is None or not isinstance(latest, int):
        return False
    return latest >= level if given.value == DOWN else latest <= level


def _stays(
    results: Results, series: Sequence[Figure], shown: Sequence[Figure], given: Figure, theme: str
) -> bool:
    """Whether the latest score, with its whole interval, lies where the signal said it went.

    Not where the group behind the figure has changed since.
    """
    level = _level_before(results, given, theme)
    low, high = shown[-1].low, shown[-1].high
    if level is None or low is None or high is None:
        return False
    if any("break" in figure.notes for figure in series if figure.period > given.period):
        return False
    return high < level if given.value == DOWN else low > level


def _level_before(results: Results, given: Figure, theme: str) -> float | None:
    """Where the score lay before the change: the middle of what chance alone would have done."""
    before = results.one(_since(given) or given.period, given.unit, "chance", theme)
    if before is None or before.low is None or before.high is None:
        return None
    return (before.low + before.high) / 2


def _given(results: Results, series: Sequence[Figure], key: str, months: int) -> Figure | None:
    """The last signal in the latest `months` months."""
    for figure in reversed(series[-months:]):
        found = results.one(figure.period, figure.unit, "signal", key)
        if found is not None and _months_between(figure, series[-1]) < months:
            return found
    return None


def _months_between(earlier: Figure, later: Figure) -> int:
    return periods.number(later.period) - periods.number(earlier.period)


def _since(given: Figure) -> str | None:
    return next((n.partition("=")[2] for n in given.notes if n.startswith("since=")), None)
