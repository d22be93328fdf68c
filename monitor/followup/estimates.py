"""Before and after every action: worked out once the last month of a window is sealed, and frozen.

An estimate follows from the months up to the last of its window, so that it comes out the same
whenever it is worked out; it is stored so that it stays when the rules change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select

from monitor.climate.results import Results
from monitor.followup import actions, before_after, others, released
from monitor.followup import sensitivity as seen
from monitor.followup.before_after import AfterWindow, Difference, Level, ScoredMonth
from monitor.followup.pooled import PooledFigure, TeamDifference, pooled_figure
from monitor.followup.records import LOOK_BACKS, Action
from monitor.followup.sensitivity import Sensitivity
from monitor.store import locks
from monitor.store.engine import reading, writing
from monitor.store.followup_tables import action_estimate

POOLED_WINDOW = 6


@dataclass(frozen=True, slots=True)
class Estimate:
    """A frozen before and after. ``window`` is how many months were meant, ``counted`` how many
    there are up to ``until``: fewer where a break mark ended it (``broken``)."""

    action: str
    theme: str
    window: int
    until: str
    counted: int
    before: Level
    after: Level
    others: Level | None
    broken: bool

    @property
    def difference(self) -> Difference:
        """After minus before."""
        return before_after.difference(self.before, self.after)

    @property
    def beyond_others(self) -> Difference | None:
        """The same less the change of comparable units; None with fewer than eight."""
        return None if self.others is None else self.difference.less(self.others)


def freeze_due(engine: Engine, results: Results) -> int:
    """Work out and store every estimate that is due and not stored yet; returns how many."""
    frozen = {(e.action, e.theme, e.window) for e in stored(engine)}
    everything = actions.listing(engine)
    due = [
        estimate
        for action in everything
        for theme in themes_of(results, action)
        for window in LOOK_BACKS
        if (action.id, theme, window) not in frozen
        and (estimate := _estimate(results, action, theme, window, everything)) is not None
    ]
    if due:
        with writing(engine) as connection:
            locks.exclusive(connection, "estimates")
            rows = connection.execute(select(action_estimate)).all()
            frozen_now = {(row.action, row.theme, row.months) for row in rows}
            for estimate in due:
                if (estimate.action, estimate.theme, estimate.window) not in frozen_now:
                    connection.execute(insert(action_estimate).values(_as_row(estimate)))
    return len(due)


def stored(engine: Engine) -> tuple[Estimate, ...]:
    """Every frozen estimate, in the order in which their windows ended."""
    order = (action_estimate.c.until, action_estimate.c.action, action_estimate.c.theme)
    query = select(action_estimate).order_by(*order, action_estimate.c.months)
    with reading(engine) as connection:
        return tuple(_from_row(row) for row in connection.execute(query))


def sensitivity(results: Results, action: Action, theme: str, window: int) -> Sensitivity | None:
    """How small a difference the action's team could see; None while nothing can be said."""
    return sensitivity_of(results, action.unit, theme, action.start, window)


def sensitivity_of(
    results: Results, unit: str, theme: str, start: str, window: int
) -> Sensitivity | None:
    """How small a difference a unit could see after an action that starts in `start`."""
    months = released.series(results, unit, theme)
    signal = released.signal_before(results, unit, theme, start)
    before = before_after.level_before(months, start, signal)
    typical = seen.typical_variance(months, start)
    if before is None or typical is None:
        return None
    return seen.sensitivity(before, typical, window)


def themes_of(results: Results, action: Action) -> tuple[str, ...]:
    """The themes of an action: its own, or all of the latest questionnaire."""
    if action.themes or results.latest is None:
        return action.themes
    return tuple(theme.key for theme in results.questionnaire(results.latest).themes)


def what_helps(engine: Engine, visible: Iterable[str] = ()) -> dict[tuple[str, str], PooledFigure]:
    """Per kind of action and theme, what actions of that kind did in this organisation.

    As far as it may be shown to whoever sees the figures of the `visible` units.

    Only actions with a full window of six months that were written down before its months were
    known; kinds with fewer than eight of them in eight teams are not in it.
    """
    by_name = {action.id: action for action in actions.listing(engine)}
    finished: dict[tuple[str, str], list[TeamDifference]] = {}
    for estimate in stored(engine):
        action = by_name[estimate.action]
        full = estimate.window == POOLED_WINDOW == estimate.counted
        if full and not action.written_afterwards:
            key = (action.kind, estimate.theme)
            finished.setdefault(key, []).append(TeamDifference(action.unit, estimate.difference))
    visible_units = frozenset(visible)
    figures = {
        key: pooled_figure(differences, visible_units) for key, differences in finished.items()
    }
    return {key: figure for key, figure in figures.items() if figure is not None}


def full_windows(engine: Engine) -> int:
    """How many estimates over a full window of six months there are, of any kind."""
    query = select(func.count()).where(
        action_estimate.c.months == POOLED_WINDOW, action_estimate.c.counted == POOLED_WINDOW
    )
    with reading(engine) as connection:
        return int(connection.execute(query).scalar_one())


def _estimate(
    results: Results, action: Action, theme: str, window: int, everything: Sequence[Action]
) -> Estimate | None:
    """The estimate over a window that is over; None while it is not."""
    months = released.series(results, action.unit, theme)
    after = before_after.level_after(months, action.start, window)
    if after is None or not (after.is_complete or after.broken):
        return None
    signal = released.signal_before(results, action.unit, theme, action.start)
    before = before_after.level_before(months, action.start, signal)
    if before is None:
        return None
    names = before_after.months_before(months, action.start, signal)
    comparable = list(_others(results, action, theme, names[0], after, everything))
    return Estimate(
        action=action.id,
        theme=theme,
        window=window,
        until=after.months[-1],
        counted=len(after.months),
        before=before,
        after=after.level,
        others=others.change_of_others(comparable, names, after.months),
        broken=after.broken,
    )


def _others(
    results: Results,
    action: Action,
    theme: str,
    first: str,
    after: AfterWindow,
    everything: Sequence[Action],
) -> Iterator[Sequence[ScoredMonth]]:
    """The series of comparable units without an action of their own in these months."""
    acting = {a.unit for a in everything if first <= a.start <= after.months[-1]}
    for unit in results.control_charts.comparable(action.unit, theme):
        if unit not in acting:
            yield released.series(results, unit, theme)


def _as_row(estimate: Estimate) -> dict[str, Any]:
    change = estimate.others
    return {
        "action": estimate.action,
        "theme": estimate.theme,
        "months": estimate.window,
        "until": estimate.until,
        "counted": estimate.counted,
        "level_before": estimate.before.mean,
        "variance_before": estimate.before.variance,
        "level_after": estimate.after.mean,
        "variance_after": estimate.after.variance,
        "others_change": None if change is None else change.mean,
        "others_variance": None if change is None else change.variance,
        "broken": estimate.broken,
    }


def _from_row(row: Row[Any]) -> Estimate:
    change = None
    if row.others_change is not None:
        change = Level(row.others_change, row.others_variance)
    return Estimate(
        action=row.action,
        theme=row.theme,
        window=row.months,
        until=row.until,
        counted=row.counted,
        before=Level(row.level_before, row.variance_before),
        after=Level(row.level_after, row.variance_after),
        others=change,
        broken=row.broken,
    )
