"""The word for the trend beside a score, and the sentences that explain it."""

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
"""Months in which a signal is shown: its own and the two after it. By then the next months are
held against the new level."""
REMEMBERED_MONTHS = 12
"""Months in which an earlier signal is still mentioned, as long as the change is sustained."""


@dataclass(frozen=True, slots=True)
class TrendVerdict:
    """All that may be said of change in one theme of one unit.

    ``points`` and ``band`` (None and empty while unknown): how far two months of a unit with this
    many answers may lie apart by chance, 19 times out of 20. ``since`` and ``signalled``: the
    month in which the change seems to have begun and that of the signal, both None without one.
    ``recovered``: since that signal the score has come back, and the word is no longer shown.
    ``sustained``: the direction of an earlier signal after which the score stayed where it went;
    the word is then ``stable``, and without this nobody would learn that it is stable at another
    level.
    """

    word: str
    points: int | None
    band: str
    since: str | None
    signalled: str | None
    audience: str
    recovered: bool = False
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

    With audience ``above`` only what is said to those who look at many units at once.
    """
    until = period or results.latest or ""
    series = [f for f in results.series(unit, "theme", theme) if f.period <= until]
    shown = [figure for figure in series if figure.value is not None]
    key = theme if audience == TEAM else f"{theme}:{audience}"
    signal = _last_signal(results, series, key, SHOWN_MONTHS)
    recovered = signal is not None and _has_recovered(results, shown, signal, theme)
    word = _word_without_signal(series)
    if signal is not None and not recovered:
        word = str(signal.value)
    sustained = None
    if signal is None and word == STABLE:
        sustained = _sustained_signal(results, series, shown, key, theme)
    signal = signal or sustained
    limits = results.figure(shown[-1].period, unit, "chance", theme) if shown else None
    return TrendVerdict(
        word=word,
        points=int(limits.value) if limits and limits.value is not None else None,
        band=shown[-1].n_band if shown else "",
        since=_since(signal) if signal else None,
        signalled=signal.period if signal else None,
        audience=audience,
        recovered=recovered,
        sustained=str(sustained.value) if sustained else "",
    )


def sustained(verdict: TrendVerdict, t: Texts, month: Callable[[str], str]) -> str:
    """That an earlier change was sustained, in a sentence; empty where there was none."""
    if not verdict.sustained or verdict.since is None or verdict.signalled is None:
        return ""
    since, fell = month(verdict.since), month(verdict.signalled)
    return t(f"signals.sustained.{verdict.sustained}", since=since, fell=fell)


def sentences(verdict: TrendVerdict, t: Texts, month: Callable[[str], str]) -> tuple[str, ...]:
    """What a person reads beneath the word; `month` puts a period in words."""
    lines = [t(f"signals.meaning.{verdict.word}")]
    if verdict.sustained:
        lines = [sustained(verdict, t, month), t("signals.sustained.stable")]
    elif verdict.recovered and verdict.signalled:
        lines.append(t("signals.back", fell=month(verdict.signalled)))
    elif verdict.since and verdict.signalled:
        since, fell = month(verdict.since), month(verdict.signalled)
        lines.append(t("signals.since", since=since, fell=fell))
        lines.append(t("signals.false", years=f"{verdict.years:g}"))
        lines.append(t("signals.talk"))
    if verdict.audience == ABOVE and not verdict.sustained:
        lines.append(t("signals.above"))
    if verdict.points is not None:
        lines.append(t("signals.chance", points=verdict.points))
    return tuple(lines)


def _word_without_signal(series: Sequence[Figure]) -> str:
    """The word where there is no signal.

    A difference between two months is no reason for another word than ``stable``: a team of 12
    differs by ten points from one month to the next without any change at all.
    """
    breaks = [at for at, figure in enumerate(series) if "break" in figure.notes]
    released = sum(figure.value is not None for figure in series[max(breaks, default=0) :])
    return TOO_FEW if released < MONTHS_NEEDED else STABLE


def _has_recovered(results: Results, shown: Sequence[Figure], signal: Figure, theme: str) -> bool:
    """Whether the latest score is back at the level before the change, or past it.

    "Falling" beside a score that is no longer low would be untrue to whoever reads it.
    """
    level = _level_before(results, signal, theme)
    latest = shown[-1].value if shown else None
    if level is None or not isinstance(latest, int):
        return False
    return latest >= level if signal.value == DOWN else latest <= level


def _sustained_signal(
    results: Results, series: Sequence[Figure], shown: Sequence[Figure], key: str, theme: str
) -> Figure | None:
    """An earlier signal whose change was sustained: the latest score, with its whole interval,
    lies where the signal said it went, and the group behind the figure is still the same."""
    signal = _last_signal(results, series, key, REMEMBERED_MONTHS)
    if signal is None:
        return None
    if any("break" in figure.notes for figure in series if figure.period > signal.period):
        return None
    level = _level_before(results, signal, theme)
    low, high = shown[-1].low, shown[-1].high
    if level is None or low is None or high is None:
        return None
    is_sustained = high < level if signal.value == DOWN else low > level
    return signal if is_sustained else None


def _level_before(results: Results, signal: Figure, theme: str) -> float | None:
    """The level of the score before the change: the middle of the control limits at its start."""
    onset = _since(signal) or signal.period
    limits = results.figure(onset, signal.unit, "chance", theme)
    if limits is None or limits.low is None or limits.high is None:
        return None
    return (limits.low + limits.high) / 2


def _last_signal(
    results: Results, series: Sequence[Figure], key: str, months: int
) -> Figure | None:
    """The last signal in the latest `months` months."""
    for figure in reversed(series[-months:]):
        signal = results.figure(figure.period, figure.unit, "signal", key)
        recent = periods.months_between(figure.period, series[-1].period) < months
        if signal is not None and recent:
            return signal
    return None


def _since(signal: Figure) -> str | None:
    """The month in which the change behind a signal seems to have begun."""
    return next((n.partition("=")[2] for n in signal.notes if n.startswith("since=")), None)
