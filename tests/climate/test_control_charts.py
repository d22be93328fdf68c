"""Control charts of three units and two themes, with numbers that can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from monitor.climate.control_charts import (
    NOT_JUDGED,
    YEARS,
    ControlCharts,
    Kept,
    control_charts,
)
from monitor.climate.cusum import DOWN, UP
from monitor.climate.figures import ABOVE, TEAM, Month
from monitor.climate.panel_of_months import names, panel_of, stored_signals
from monitor.climate.scores import DEFAULT_WITHIN_VARIANCE
from monitor.climate.signals import CusumMonth
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.count.sealed_store import SealedRelease, StoredSignal
from monitor.pulse.disclosure.compact_arrays import Distributions
from monitor.pulse.disclosure.release import SUPPRESSED, MonthRelease
from monitor.pulse.questionnaire import parse
from tests.questions import questionnaire_text

Scores = Mapping[str, tuple[int, int, int]]
TREE = (("stad", -1), ("oost", 0), ("west", 0))
FALL = StoredSignal("down", "2026-01")


def month(
    period: str,
    scores: Scores,
    *,
    units: Sequence[tuple[str, int]] = TREE,
    text: str = "Het is w.",
    variances: tuple[float | None, ...] = (900.0, None, None),
    broken: Sequence[str] = (),
    signals: Mapping[tuple[str, str, str], StoredSignal] | None = None,
) -> Month:
    """A month with a score per unit and theme, of eight people in every unit."""
    questions = parse(
        questionnaire_text(buiten=("b",), rust=("r",), werk=("w",))
        .replace('title.nl = "Buiten"', 'title.nl = "Buiten"\nsignals = false')
        .replace("Het is w.", text),
        "q.toml",
    )
    keys = [key for key, _ in units]
    values = np.array([scores[key] * 2 for key in keys])
    people = np.where(values == SUPPRESSED, 0, 8 + np.arange(len(keys))[:, None])
    none = np.zeros((len(keys), 3), np.bool_)
    breaks = none.copy()
    breaks[[keys.index(key) for key in broken], 2] = True
    invited = 20 + np.arange(len(keys))
    arrays = MonthRelease(
        period=period,
        units=tuple(keys),
        parents=tuple(parent for _, parent in units),
        invited=invited,
        issued=invited,
        scores=values,
        n=people,
        partial_coverage=none,
        distributions=Distributions.of(np.zeros((len(keys), 3, 3), np.int64), none),
        within_variances=variances,
        atom_depth=np.zeros((len(keys), 3), np.int64),
        cells=np.ones(len(keys), np.bool_),
    )
    tree = Tree(
        tuple(Unit(key, None if at < 0 else keys[at], key.capitalize()) for key, at in units)
    )
    return Month(SealedRelease(arrays, tree, questions, dict(signals or {})), breaks)


FIRST = month(
    "2026-01",
    {"stad": (1, 50, 60), "oost": (2, 51, 61), "west": (3, 52, SUPPRESSED)},
    variances=(900.0, 300.0, None),
)
SECOND = month(
    "2026-02",
    {"west": (4, 53, 63), "stad": (5, 54, 64), "nieuw": (6, 55, 65), "oost": (7, 56, 66)},
    units=(("stad", -1), ("west", 0), ("nieuw", 1), ("oost", 0)),
    text="Het is werk.",
    variances=(900.0, 500.0, 200.0),
    broken=("west",),
    signals={("west", "werk", ABOVE): FALL, ("oost", "rust", TEAM): StoredSignal("up", "2026-02")},
)
UNITS, THEMES = {"stad": 0, "oost": 1, "west": 2, "nieuw": 3}, {"rust": 0, "werk": 1}


def test_every_unit_and_every_watched_theme_has_a_place() -> None:
    assert names([FIRST, SECOND]) == (UNITS, THEMES)


def test_a_row_of_the_panel_is_a_unit_and_a_theme_whatever_their_order_in_a_month() -> None:
    panel = panel_of([FIRST, SECOND], UNITS, THEMES)

    assert np.array_equal(
        panel.scores,
        np.array(
            [[50, 54], [60, 64], [51, 56], [61, 66], [52, 53], [np.nan, 63], [np.nan, 55],
             [np.nan, 65]]
        ),
        equal_nan=True,
    )  # fmt: skip
    assert panel.people.tolist() == [
        [8, 8], [8, 8], [9, 11], [9, 11], [10, 9], [0, 9], [0, 10], [0, 10],
    ]  # fmt: skip
    assert np.argwhere(panel.breaks).tolist() == [[5, 1]]


def test_teams_are_compared_with_teams_and_other_units_with_those_at_their_depth() -> None:
    panel = panel_of([FIRST, SECOND], UNITS, THEMES)

    # Of the last month: the top, two teams, and one unit with a team beneath it.
    assert panel.groups.reshape(4, 2).tolist() == [[2, 3], [0, 1], [4, 5], [0, 1]]


def test_the_variance_within_units_is_the_mean_of_the_months_so_far() -> None:
    panel = panel_of([FIRST, SECOND], UNITS, THEMES)

    assert panel.within_variance[0].tolist() == [300, 400]
    assert panel.within_variance[7].tolist() == [DEFAULT_WITHIN_VARIANCE, 200]


def test_a_theme_with_another_statement_starts_afresh_in_every_unit() -> None:
    panel = panel_of([FIRST, SECOND, SECOND], UNITS, THEMES)

    assert panel.restarts is not None
    assert panel.restarts[::2].tolist() == [[False, False, False]] * 4
    assert panel.restarts[1::2].tolist() == [[False, True, False]] * 4


def test_stored_signals_stand_at_their_audience_series_and_month() -> None:
    stored = stored_signals([FIRST, SECOND], UNITS, THEMES, (TEAM, ABOVE))

    assert stored.shape == (2, 8, 2)
    assert np.argwhere(stored).tolist() == [[0, 2, 1], [1, 5, 1]]
    assert (stored[0, 2, 1], stored[1, 5, 1]) == (UP, DOWN)


def charts() -> ControlCharts:
    """The top and two teams, of which one is not judged and has no score in the first theme."""
    level = np.full((6, 2), NOT_JUDGED, np.int8)
    low, high = level.copy(), level.copy()
    level[3], low[3], high[3] = (55, 58), (0, 40), (70, 100)
    return ControlCharts(
        periods=("2026-01", "2026-02"),
        units={"stad": 0, "oost": 1, "west": 2},
        themes={"rust": 0, "werk": 1},
        groups=np.array([2, 3, 0, 1, 0, 1]),
        people=np.array([[9, 9], [9, 9], [0, 0], [12, 17], [11, 11], [11, 11]]),
        kept=Kept(
            level,
            low,
            high,
            within_variance=np.arange(12).reshape(6, 2) * 100.0,
            month_variance=np.array([[1.0, 2], [9, 16], [3, 4], [5, 6]]),
            changes=[(), (("oost", "werk", TEAM, FALL),)],
        ),
        invited=np.array([[40, 40], [20, 20], [0, 0]]),
        minimums=(5, 6),
    )


def test_what_chance_does_goes_by_the_fewest_people_of_the_band() -> None:
    first, second = (list(charts().control_limits(p, "oost")) for p in ("2026-01", "2026-02"))

    def chance(within: int, people: int, between: int) -> int:
        return math.ceil(1.96 * math.sqrt(2 * (within / people + between)))

    assert [(f.key, f.value, f.low, f.high) for f in first] == [("werk", chance(600, 10, 9), 0, 70)]
    assert [(f.key, f.value, f.low, f.high) for f in second] == [
        ("werk", chance(700, 15, 16), 40, 100)
    ]


def test_a_series_that_is_not_judged_has_no_control_limits() -> None:
    figures = list(charts().control_limits("2026-01", "west"))

    assert [(f.unit, f.key, f.low, f.high) for f in figures] == [
        ("west", "rust", None, None),
        ("west", "werk", None, None),
    ]
    assert list(charts().control_limits("2026-01", "noord")) == []


def test_the_variance_of_a_month_is_that_within_units_over_the_people_and_that_between_months() -> (
    None
):
    assert charts().noise("stad", "werk", "2026-02", 8) == pytest.approx(300 / 8 + 6)


def test_the_level_before_a_change_is_what_its_first_month_was_held_against() -> None:
    assert charts().level_before("oost", "werk", "2026-02") == 58
    assert charts().level_before("oost", "rust", "2026-02") is None
    assert charts().level_before("oost", "werk", "2025-12") is None
    assert charts().level_before("noord", "werk", "2026-02") is None
    assert charts().level_before("oost", "buiten", "2026-02") is None


def test_a_unit_is_compared_with_the_others_of_its_group() -> None:
    assert charts().comparable("oost", "werk") == ("west",)
    assert charts().comparable("stad", "werk") == ()
    assert charts().comparable("noord", "werk") == ()


def test_the_signals_of_a_month_are_those_of_that_month() -> None:
    assert list(charts().signals("2026-01")) == []
    assert list(charts().signals("2026-02")) == [("oost", "werk", TEAM, FALL)]


def series(*scores: int) -> list[Month]:
    """Months in which one team moves and the others do not."""
    return [
        month(f"2026-{at:02d}", {"stad": (9, 60, 60), "oost": (9, 60, score), "west": (9, 60, 60)})
        for at, score in enumerate(scores, 1)
    ]


def test_a_fall_is_a_signal_with_the_month_in_which_it_began() -> None:
    worked_out = control_charts(series(60, 61, 60, 61, 60, 61, 60, 30), frozen=0)

    changes = {p: list(worked_out.signals(p)) for p in worked_out.periods}
    assert [period for period, is_level_change in changes.items() if is_level_change] == ["2026-08"]
    assert changes["2026-08"] == [("oost", "werk", TEAM, StoredSignal("down", "2026-08"))]
    assert worked_out.level_before("oost", "werk", "2026-08") in (60, 61)
    assert worked_out.invited.tolist() == [[20] * 8, [21] * 8, [22] * 8]
    assert worked_out.minimums == (5,) * 8


def test_months_that_are_sealed_keep_the_signals_they_were_stored_with() -> None:
    months = series(60, 61, 60, 61, 60, 61, 60, 30, 30)

    assert not any(list(control_charts(months).signals(m.arrays.period)) for m in months)
    later = control_charts(months, frozen=8)
    assert [p for p in later.periods if list(later.signals(p))] == ["2026-09"]


def test_thresholds_go_by_the_themes_that_are_watched_now(monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[tuple[float, int]] = []

    def threshold(years: float, themes: int) -> float:
        requests.append((years, themes))
        return 4.0

    monkeypatch.setattr("monitor.climate.control_charts.team_threshold", threshold)
    first, second = series(60, 60)
    all_watched = parse(questionnaire_text(buiten=("b",), rust=("r",), werk=("w",)), "q.toml")
    more = Month(replace(second.released, questionnaire=all_watched), second.breaks)

    control_charts([first, more])

    assert requests == [(years, 3) for years in YEARS.values()]


def test_of_a_month_whole_points_within_the_scale_are_kept() -> None:
    kept = Kept.empty(np.array([0, 1, 1]), 2)
    exact = np.array([[49.5, 99.8, np.nan], [1.0, 1.0, 1.0]])
    error = np.array([[10.0, 0.5, np.nan], [1.0, 1.0, 1.0]])
    none = np.zeros((2, 3))
    signal = none.astype(np.int8)
    variances = np.array([3.0, 4.0, 4.0]), np.array([5.0, 6.0, 7.0])
    chart = CusumMonth(none, none, exact, error, signal, none.astype(np.int64), *variances)

    kept.add(np.array([0, 1, 1]), chart, ())
    kept.add(np.array([0, 1, 1]), chart, (("oost", "werk", TEAM, FALL),))

    assert kept.level.tolist() == [[50, 50], [100, 100], [NOT_JUDGED, NOT_JUDGED]]
    assert kept.low.tolist() == [[30, 30], [99, 99], [NOT_JUDGED, NOT_JUDGED]]
    assert kept.high.tolist() == [[69, 69], [100, 100], [NOT_JUDGED, NOT_JUDGED]]
    assert kept.month_variance.tolist() == [[3, 3], [4, 4]]
    assert kept.within_variance.tolist() == [[5, 5], [6, 6], [7, 7]]
    assert kept.changes == [(), (("oost", "werk", TEAM, FALL),)]


def test_without_months_there_are_no_charts() -> None:
    assert control_charts([]).periods == ()
