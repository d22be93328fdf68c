"""Frozen estimates as rows of the export, and as what a page fills in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from monitor.followup import estimates
from monitor.followup.before_after import Level
from monitor.followup.comparisons import Estimated, comparisons, longest
from monitor.followup.estimates import Estimate
from monitor.followup.figures import differences, of_action
from monitor.followup.records import OWN, Action, ActionState, Outcome
from monitor.followup.records import Level as Of

ACTION = Action(
    "a1", "oost", "talk", Of.TEAM, ("werk",), "Praten", "", "", OWN, "2026-01",
    ActionState.OPEN, None, "", date(2025, 12, 1), None,
)  # fmt: skip
ESTIMATE = Estimate(
    action="a1",
    theme="werk",
    window=3,
    until="2026-04",
    counted=3,
    before=Level(50.4, 5.0),
    after=Level(70.5, 4.0),
    others=Level(2.5, 1.0),
    broken=False,
)


def test_the_difference_is_told_as_measured_and_drawn_towards_nothing() -> None:
    own, beyond = differences(ACTION, ESTIMATE)

    # 20.1 ± 1.96 · 3, and drawn towards 0 by 25 / (25 + 9).
    assert (own.period, own.unit, own.kind, own.key) == (
        "2026-04", "oost", "difference", "a1:werk",
    )  # fmt: skip
    assert (own.value, own.low, own.high) == (15, 10, 20)
    assert own.notes == {
        "before=50", "after=71", "window=3", "word=higher",
        "measured=20", "measured_low=14", "measured_high=26",
    }  # fmt: skip
    # 17.6 ± 1.96 · √10, and drawn towards 0 by 25 / (25 + 10).
    assert (beyond.key, beyond.value, beyond.low, beyond.high) == ("a1:werk:others", 13, 7, 18)
    assert beyond.notes == {
        "change=3", "window=3", "word=higher",
        "measured=18", "measured_low=11", "measured_high=24",
    }  # fmt: skip


def test_without_comparable_units_nothing_is_told_beyond_them() -> None:
    (own,) = differences(ACTION, replace(ESTIMATE, others=None))

    assert own.key == "a1:werk"


def test_a_window_that_a_break_ended_says_how_many_months_count() -> None:
    own, beyond = differences(ACTION, replace(ESTIMATE, broken=True, counted=2))

    assert {"break", "counted=2"} <= own.notes & beyond.notes


def test_a_page_gets_the_comparisons_of_one_action_the_shorter_window_first() -> None:
    longer = replace(ESTIMATE, window=6, others=None, broken=True, after=Level(50.4, 4.0))
    foreign, rest = replace(ESTIMATE, action="a2"), replace(ESTIMATE, theme="rust")

    compared = comparisons(ACTION, [longer, foreign, ESTIMATE, rest])

    assert [(each.theme, each.window) for each in compared] == [
        ("rust", 3), ("werk", 3), ("werk", 6),
    ]  # fmt: skip
    assert compared[1].cautious == Estimated(15, 10, 20)
    assert compared[1].measured == Estimated(20, 14, 26)
    assert compared[1].beyond == Estimated(13, 7, 18)
    assert (compared[1].word, compared[1].broken) == ("higher", False)
    assert (compared[2].word, compared[2].broken, compared[2].beyond) == ("chance", True, None)
    assert [(each.theme, each.window) for each in longest(compared)] == [("rust", 3), ("werk", 6)]


def test_an_action_says_its_kind_start_level_and_outcome() -> None:
    assert of_action(ACTION).notes == {"start=2026-01", "level=team"}
    done = replace(ACTION, outcome=Outcome.DONE, created_on=date(2026, 3, 1))
    assert of_action(done).notes == {
        "start=2026-01", "level=team", "outcome=done", "afterwards",
    }  # fmt: skip
    assert (of_action(done).value, of_action(done).period) == ("talk", "2026-01")


def test_an_action_is_about_its_own_themes_and_about_all_where_it_names_none() -> None:
    questions = SimpleNamespace(themes=[SimpleNamespace(key=key) for key in ("werk", "rust")])
    released = cast(Any, SimpleNamespace(latest="2026-04", questionnaire=lambda _: questions))
    of_all = replace(ACTION, themes=())

    assert estimates.themes_of(released, ACTION) == ("werk",)
    assert estimates.themes_of(released, of_all) == ("werk", "rust")
    released.latest = None
    assert estimates.themes_of(released, of_all) == ()
