"""The word for the trend beside a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.climate.control_charts import YEARS
from monitor.climate.figures import TEAM, Figure
from monitor.climate.results import Results
from monitor.pulse import periods

TOO_FEW, STABLE, DOWN, UP = "too_few", "stable", "down", "up"
STAYS = {DOWN: "stays_down", UP: "stays_up"}
"""The word for a change noticed before, by its direction, while the score stays where it went."""
FEW_ANSWERS = "few_answers"
"""The word where nothing was noticed and the latest month is too thin to say that."""
CAUTION = "caution"
MONTHS_NEEDED = 3
"""Released months before anything is said of change."""
SHOWN_MONTHS = 3
"""Months in which a signal is shown: its own and the two after it. By then the next months are
held against the new level."""
REMEMBERED_MONTHS = 12
"""Months in which an earlier signal is still mentioned, as long as the change is sustained."""
EXPLAINED_MONTHS = 24
"""Months in which a signal that is no longer reported is said to have begun the level of now: as
many as a chart shows at first."""


_DIRECTIONS = {DOWN: DOWN, UP: UP} | {word: direction for direction, word in STAYS.items()}


@dataclass(frozen=True, slots=True)
class TrendVerdict:
    """All that may be said of change in one theme of one unit.

    ``word`` is the one word shown: ``down`` or ``up`` for three months from the signal, then
    ``stays_down`` or ``stays_up`` as long as the score stays where it went.
    ``points`` and ``band`` (None and empty while unknown): how far two months of a unit with this
    many answers may lie apart by chance, 19 times out of 20. ``since`` and ``signalled``: the
    month in which the change seems to have begun and that of the signal, both None without one.
    ``recovered``: since that signal the score has come back, and the word is no longer shown.
    ``few_answers``: the latest month has few answers, or too few to show; a finding of earlier
    months stays, and the caution comes first. ``signalled_now``: the signal fell in this month.
    ``begun``: the month of an earlier signal, no longer reported, that began another level.
    """

    word: str
    points: int | None
    band: str
    since: str | None
    signalled: str | None
    audience: str
    recovered: bool = False
    few_answers: bool = False
    signalled_now: bool = False
    begun: str | None = None

    @property
    def direction(self) -> str:
        """``down`` or ``up`` while a change is reported, new or not; else empty."""
        return _DIRECTIONS.get(self.word, "")

    @property
    def is_new(self) -> bool:
        """Whether the signal fell in the last three months."""
        return self.word in (DOWN, UP)

    @property
    def years(self) -> float:
        """A team of which nothing changes is wrongly said to fall once in so many years, over all
        its themes together."""
        return YEARS[self.audience]


def verdict(
    results: Results, unit: str, theme: str, period: str | None = None, audience: str = TEAM
) -> TrendVerdict:
    """What may be said of a theme of a unit, as of `period` (by default the latest).

    A single unit is judged by its own threshold, whoever looks at it. With audience ``above``,
    where many units are listed, only a change that both thresholds tell: the word is then the
    unit's own, so that a list may say less than the unit's page and never anything else.
    """
    until = period or results.latest or ""
    series = [f for f in results.series(unit, "theme", theme) if f.period <= until]
    own = _verdict_by(results, series, theme, TEAM)
    if audience == TEAM:
        return own
    listed = replace(own, audience=audience)
    if own.direction and _verdict_by(results, series, theme, audience).direction != own.direction:
        quiet = _word_without_signal(series)
        return replace(listed, word=quiet, since=None, signalled=None, signalled_now=False)
    return listed


def _verdict_by(
    results: Results, series: Sequence[Figure], theme: str, audience: str
) -> TrendVerdict:
    """The verdict by the signals of one threshold, that of the unit's own page or of lists.

    Neither set of signals holds the other: after a signal a series starts afresh, so the stricter
    sum may pass its threshold when the other one has nothing left to add up.
    """
    shown = [figure for figure in series if figure.value is not None]
    key = theme if audience == TEAM else f"{theme}:{audience}"
    signal = _last_signal(results, series, key, SHOWN_MONTHS)
    recovered = signal is not None and _has_recovered(results, shown, signal, theme)
    word = _word_without_signal(series)
    if signal is not None and not recovered:
        word = str(signal.value)
    elif signal is None and word != TOO_FEW:
        signal = _sustained_signal(results, series, shown, key, theme)
        word = STAYS[str(signal.value)] if signal else word
    limits = results.figure(shown[-1].period, shown[-1].unit, "chance", theme) if shown else None
    return TrendVerdict(
        word=word,
        points=int(limits.value) if limits and limits.value is not None else None,
        band=shown[-1].n_band if shown else "",
        since=_since(signal) if signal else None,
        signalled=signal.period if signal else None,
        audience=audience,
        recovered=recovered,
        few_answers=bool(series) and _is_thin(series[-1]),
        signalled_now=signal is not None and signal.period == series[-1].period,
        begun=None if signal is not None else _begun(results, series, key),
    )


def own_level(
    results: Results, unit: str, theme: str, period: str, change: TrendVerdict | None = None
) -> int | None:
    """A unit's own earlier level: before the change that is reported, else what the month is held
    against; None while the series only learns."""
    month = (change.since if change and change.direction else None) or period
    return results.control_charts.level_before(unit, theme, month)


def _begun(results: Results, series: Sequence[Figure], key: str) -> str | None:
    """The month of the last signal of this same group, which is no longer reported."""
    breaks = [at for at, figure in enumerate(series) if "break" in figure.notes]
    signal = _last_signal(results, series[max(breaks, default=0) :], key, EXPLAINED_MONTHS)
    return None if signal is None else signal.period


def _word_without_signal(series: Sequence[Figure]) -> str:
    """The word where there is no signal.

    A difference between two months is no reason for another word than ``stable``: a team of 12
    differs by ten points from one month to the next without any change at all.
    """
    breaks = [at for at, figure in enumerate(series) if "break" in figure.notes]
    released = sum(figure.value is not None for figure in series[max(breaks, default=0) :])
    if released < MONTHS_NEEDED:
        return TOO_FEW
    return FEW_ANSWERS if _is_thin(series[-1]) else STABLE


def _is_thin(figure: Figure) -> bool:
    """Whether so few people answered that the month shows nothing by itself."""
    return figure.value is None or CAUTION in figure.notes


def _telling(shown: Sequence[Figure], signal: Figure) -> Figure | None:
    """The latest month since a signal that had answers enough to take the signal back."""
    later = [f for f in shown if f.period > signal.period and not _is_thin(f)]
    return later[-1] if later else None


def _has_recovered(results: Results, shown: Sequence[Figure], signal: Figure, theme: str) -> bool:
    """Whether the latest score is back at the level before the change, or past it.

    "Falling" beside a score that is no longer low would be untrue to whoever reads it.
    """
    level, latest = _level_before(results, signal, theme), _telling(shown, signal)
    if level is None or latest is None or not isinstance(latest.value, int):
        return False
    return latest.value >= level if signal.value == DOWN else latest.value <= level


def _sustained_signal(
    results: Results, series: Sequence[Figure], shown: Sequence[Figure], key: str, theme: str
) -> Figure | None:
    """An earlier signal whose change was sustained: the latest score with answers enough lies,
    with its whole interval, where the signal said it went, and the group behind the figure is
    still the same. Months with few answers alone take nothing back."""
    signal = _last_signal(results, series, key, REMEMBERED_MONTHS)
    if signal is None:
        return None
    if any("break" in figure.notes for figure in series if figure.period > signal.period):
        return None
    level, latest = _level_before(results, signal, theme), _telling(shown, signal)
    if latest is None:
        return signal
    low, high = latest.low, latest.high
    if level is None or low is None or high is None:
        return None
    is_sustained = high < level if signal.value == DOWN else low > level
    return signal if is_sustained else None


def _level_before(results: Results, signal: Figure, theme: str) -> float | None:
    """The level of the score before the change: the middle of the control limits at its start."""
    return _middle(results, signal.unit, theme, _since(signal) or signal.period)


def _middle(results: Results, unit: str, theme: str, period: str) -> float | None:
    """The middle of the control limits of a month."""
    if period not in results.periods:
        return None
    limits = results.figure(period, unit, "chance", theme)
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
