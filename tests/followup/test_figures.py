"""Frozen estimates as rows of the export, and as what a page fills in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.climate.figures import Figure
from monitor.followup import estimates
from monitor.followup.before_after import Level
from monitor.followup.comparisons import Estimated, comparisons, longest
from monitor.followup.estimates import Estimate
from monitor.followup.figures import differences, levels, of_action, pooled, visible
from monitor.followup.pooled import PooledFigure
from monitor.followup.records import OWN, Action, ActionState, Outcome
from monitor.followup.records import Level as Of
from monitor.followup.sensitivity import Sensitivity

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


def test_every_statement_and_every_judged_theme_has_its_own_earlier_level() -> None:
    questions = SimpleNamespace(
        questions=[SimpleNamespace(key="fijn"), SimpleNamespace(key="druk")],
        themes=[SimpleNamespace(key="werk"), SimpleNamespace(key="rust")],
    )
    months = [
        SimpleNamespace(
            arrays=SimpleNamespace(units=("stad", "oost"), period=period), questionnaire=questions
        )
        for period in ("2026-03", "2026-04")
    ]

    def series(unit: str, kind: str, key: str) -> tuple[Figure, ...]:
        assert kind == "question"
        values = {"fijn": (40, 60, 52, 90), "druk": (70, 70, 70, 20)}[key]
        return tuple(
            Figure(f"2026-0{month}", unit, kind, key, value)
            for month, value in enumerate(values, 1)
        )

    def level_before(unit: str, theme: str, period: str) -> int | None:
        return 55 if (unit, theme, period) == ("oost", "werk", "2026-04") else None

    charts = SimpleNamespace(level_before=level_before)
    released = cast(Any, SimpleNamespace(months=months, series=series, control_charts=charts))

    rows = [(f.period, f.unit, f.kind, f.key, f.value) for f in levels(released)]

    assert rows == [
        ("2026-04", "stad", "level", "fijn", 51),
        ("2026-04", "stad", "level", "druk", 70),
        ("2026-04", "oost", "level", "fijn", 51),
        ("2026-04", "oost", "level", "druk", 70),
        ("2026-04", "oost", "level", "werk", 55),
    ]


def test_what_could_be_seen_is_told_per_theme_of_an_action(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = {"werk": Sensitivity(5.0), "rust": None}
    monkeypatch.setattr(estimates, "sensitivity", lambda _, __, theme, window: seen[theme])

    (figure,) = visible(cast(Any, None), replace(ACTION, themes=("rust", "werk")))

    # 1.96 · 5, 2.8 · 5, and the chance to see ten points: Φ(10 / 5 − 1.96).
    assert (figure.kind, figure.key, figure.value) == ("visible", "a1:werk", 10)
    assert figure.notes == {"window=6", "reliable=15", "ten=52"}


def test_what_helps_is_told_of_the_whole_organisation_and_says_where_it_may_be_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    helped = {
        ("talk", "werk"): PooledFigure(4, 0, 8, 12),
        ("care", "rust"): PooledFigure(5, 2, 8, 8),
    }
    monkeypatch.setattr(estimates, "what_helps", lambda _: helped)
    tree = SimpleNamespace(units=[SimpleNamespace(key="stad"), SimpleNamespace(key="oost")])
    released = cast(Any, SimpleNamespace(latest="2026-04", tree=lambda _: tree))

    care, talk = pooled(cast(Any, None), released)

    assert (care.unit, care.key, care.value, care.low, care.high) == ("stad", "care:rust", 5, 2, 8)
    assert (care.notes, talk.notes) == ({"actions=8"}, {"actions=12", "perhaps_nothing"})
    released.latest = None
    assert list(pooled(cast(Any, None), released)) == []


def test_an_action_is_about_its_own_themes_and_about_all_where_it_names_none() -> None:
    questions = SimpleNamespace(themes=[SimpleNamespace(key=key) for key in ("werk", "rust")])
    released = cast(Any, SimpleNamespace(latest="2026-04", questionnaire=lambda _: questions))
    of_all = replace(ACTION, themes=())

    assert estimates.themes_of(released, ACTION) == ("werk",)
    assert estimates.themes_of(released, of_all) == ("werk", "rust")
    released.latest = None
    assert estimates.themes_of(released, of_all) == ()
