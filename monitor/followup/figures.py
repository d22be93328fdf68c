"""What actions add to the complete release, as figures of the export.

``action`` (key the id, value the kind; notes start, level, outcome), ``visible`` (key ``id:theme``:
the smallest difference that could be seen over six months; notes ``reliable`` and ``ten``),
``difference`` (key ``id:theme``, in the last month of its window: the cautious estimate, or with
``:others`` the one beyond comparable units), ``pooled`` (key ``kind:theme``, of the whole
organisation: what actions of a kind did together) and ``level`` (key the theme, in the month of a
signal: the level before the change; key the statement: the average of the months before). All in
whole points.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from sqlalchemy import Engine

from monitor.climate import statement_levels
from monitor.climate.figures import Figure
from monitor.climate.results import Results
from monitor.followup import actions, estimates
from monitor.followup.before_after import Difference
from monitor.followup.estimates import Estimate
from monitor.followup.records import Action

WINDOW = 6
TRUE_RISE = 10
"""The rise, in points, of which the note ``ten`` says in how many per cent it would be seen."""
OTHERS = "others"


def figures(engine: Engine, results: Results) -> Iterator[Figure]:
    """Every figure of actions, and the own earlier level of every series."""
    yield from levels(results)
    by_name = {action.id: action for action in actions.listing(engine)}
    for action in sorted(by_name.values(), key=lambda a: (a.start, a.unit, a.id)):
        yield of_action(action)
        yield from visible(results, action)
    for estimate in estimates.stored(engine):
        yield from differences(by_name[estimate.action], estimate)
    yield from pooled(engine, results)


def pooled(engine: Engine, results: Results) -> Iterator[Figure]:
    """The pooled effect per kind of action and theme, over the whole organisation only."""
    if results.latest is None:
        return
    top_unit = results.tree(results.latest).units[0].key
    for (kind, theme), figure in sorted(estimates.what_helps(engine).items()):
        notes = {f"actions={figure.actions}"}
        if figure.perhaps_nothing:
            notes.add("perhaps_nothing")
        yield Figure(
            results.latest,
            top_unit,
            "pooled",
            f"{kind}:{theme}",
            figure.points,
            figure.low,
            figure.high,
            notes=frozenset(notes),
        )


def levels(results: Results) -> Iterator[Figure]:
    """A series' own earlier level: per unit and theme what each month is held against, per unit
    and statement the average of the months before."""
    for unit, question in _statements(results):
        yield from statement_levels.levels(results.series(unit, "question", question))
    for month in results.months:
        period = month.arrays.period
        for unit in month.arrays.units:
            for theme in month.questionnaire.themes:
                level = results.control_charts.level_before(unit, theme.key, period)
                if level is not None:
                    yield Figure(period, unit, "level", theme.key, level)


def _statements(results: Results) -> dict[tuple[str, str], None]:
    """Every unit with every statement it was ever asked."""
    return {
        (unit, question.key): None
        for month in results.months
        for unit in month.arrays.units
        for question in month.questionnaire.questions
    }


def of_action(action: Action) -> Figure:
    """The figure that says that there is an action, and of which kind."""
    notes = {f"start={action.start}", f"level={action.level}"}
    if action.outcome is not None:
        notes.add(f"outcome={action.outcome}")
    if action.written_afterwards:
        notes.add("afterwards")
    return Figure(
        action.start, action.unit, "action", action.id, action.kind, notes=frozenset(notes)
    )


def visible(results: Results, action: Action) -> Iterator[Figure]:
    """How small a difference could be seen, per theme."""
    for theme in estimates.themes_of(results, action):
        sensitivity = estimates.sensitivity(results, action, theme, WINDOW)
        if sensitivity is not None:
            notes = {
                f"window={WINDOW}",
                f"reliable={ceil(sensitivity.reliable)}",
                f"ten={_whole(100 * sensitivity.chance_of_seeing(TRUE_RISE))}",
            }
            yield Figure(
                action.start,
                action.unit,
                "visible",
                f"{action.id}:{theme}",
                ceil(sensitivity.visible),
                notes=frozenset(notes),
            )


def differences(action: Action, estimate: Estimate) -> Iterator[Figure]:
    """The frozen estimate, and the one beyond comparable units where there are enough."""
    key = f"{action.id}:{estimate.theme}"
    levels_ = {
        f"before={_whole(estimate.before.mean)}",
        f"after={_whole(estimate.after.mean)}",
    }
    yield _difference(action, estimate, key, estimate.difference, levels_)
    if estimate.beyond_others is not None and estimate.others is not None:
        change = {f"change={_whole(estimate.others.mean)}"}
        yield _difference(action, estimate, f"{key}:{OTHERS}", estimate.beyond_others, change)


def _difference(
    action: Action, estimate: Estimate, key: str, measured: Difference, more: set[str]
) -> Figure:
    cautious, interval = measured.cautious, measured.interval
    notes = more | {
        f"window={estimate.window}",
        f"word={measured.word}",
        f"measured={_whole(interval.mean)}",
        f"measured_low={_whole(interval.low)}",
        f"measured_high={_whole(interval.high)}",
    }
    if estimate.broken:
        notes |= {"break", f"counted={estimate.counted}"}
    low, high = _whole(cautious.low), _whole(cautious.high)
    return Figure(
        estimate.until,
        action.unit,
        "difference",
        key,
        _whole(cautious.mean),
        low,
        high,
        notes=frozenset(notes),
    )


def _whole(points: float) -> int:
    return floor(points + 0.5)
