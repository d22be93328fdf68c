"""The words and marks beside a score: none contradicts what stands next to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.climate.figures import TEAM, Figure
from monitor.climate.verdicts import FEW_ANSWERS, STABLE, TrendVerdict
from monitor.dashboard.charts.panel_content import Flag, Panel
from monitor.dashboard.charts.sparkline import Span, Window
from monitor.dashboard.results import overview, theme_cards, trend
from monitor.dashboard.results.statements_moved import (
    MovedStatement,
    agreeing,
    most_telling,
    section,
)
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import texts

T = texts("nl")
MONTH = "2026-09"
LAYERS = ("actions", "margins", "organisation")


def score(value: int | None, kind: str = "theme", *notes: str) -> Figure:
    """A score of the month."""
    return Figure(MONTH, "noord", kind, "respect", value, notes=frozenset(notes))


def state(value: int | None, word: str = STABLE) -> ThemeState:
    """A theme with chance from 50 to 70."""
    few = word == FEW_ANSWERS
    verdict = TrendVerdict(word, None, "", None, None, TEAM, few_answers=few)
    limits = (Figure(MONTH, "noord", "chance", "respect", 12, 50, 70),)
    window = Window("2026-01", MONTH)
    return ThemeState("respect", "Respect", score(value), verdict, (), limits, window, None)


@pytest.mark.parametrize(
    ("value", "key"), [(49, "outside"), (50, "by_chance"), (70, "by_chance"), (71, "outside")]
)
def test_a_month_outside_the_grey_band_is_not_said_to_lie_within_chance(
    value: int, key: str
) -> None:
    assert theme_cards.saying(state(value), T) == T(f"theme.{key}")


def test_a_withheld_month_is_not_called_two_things_at_once() -> None:
    withheld = theme_cards.card(state(None, FEW_ANSWERS), T)
    assert withheld.count(T("note.withheld.short")) == 1
    assert f">{T(f'word.{FEW_ANSWERS}')}<" not in withheld
    assert f">{T(f'word.{FEW_ANSWERS}')}<" in theme_cards.card(state(60, FEW_ANSWERS), T)


@pytest.mark.parametrize(
    ("now", "direction", "colour"),
    [(50, "up", ""), (70, "up", "up"), (50, "down", "down"), (70, "down", ""), (50, "", "")],
)
def test_a_statement_fits_a_signal_only_where_it_moved_the_same_way(
    now: int, direction: str, colour: str
) -> None:
    figure = score(now, "question")
    assert agreeing(figure, 60, direction) == colour

    drawn = section([MovedStatement("Ik had tijd.", "Steun", figure, 60, direction)], T)

    key = colour or ("against" if direction else "chance")
    assert T(f"moved.{key}", score=str(now), level=60, theme="Steun") in drawn
    assert f"dumbbell {colour}".strip() + '"' in drawn


def test_statements_that_go_with_a_signal_are_named_before_those_that_moved_further() -> None:
    moved = {
        name: MovedStatement(name, "Steun", score(now, "question"), 60, direction)
        for name, now, direction in (
            ("far", 20, ""),
            ("against", 90, "down"),
            ("with", 54, "down"),
            ("near", 56, "down"),
        )
    }

    named = most_telling(tuple(moved.values()))

    assert named == (moved["with"], moved["far"])
    assert most_telling((moved["against"], moved["far"])) == (moved["far"], moved["against"])


@pytest.mark.parametrize(
    ("band", "invited", "expected"),
    [("5-9", 12, True), ("5-7", 7, False), ("6-8", 10, False), ("50-59%", 80, True), ("", 7, True)],
)
def test_answers_are_asked_for_only_where_people_did_not_take_part(
    band: str, invited: int, expected: bool
) -> None:
    answered = replace(score(6 if band else None, "response"), n_band=band)
    places = score(invited, "invited")

    assert overview.asks_for_answers([state(None, FEW_ANSWERS)], answered, places) is expected
    assert not overview.asks_for_answers([state(60)], answered, places)
    assert overview.asks_for_answers([state(None, FEW_ANSWERS)], None, places)


def test_a_score_has_no_colour_and_an_earlier_level_only_beside_a_change() -> None:
    for value in (15, 33, 50, 75):
        assert f'class="score">{value}<' in theme_cards.card(state(value), T)
    quiet = replace(state(64), level=52)
    fell = TrendVerdict("stays_down", None, "", "2026-02", "2026-05", TEAM)
    changed = replace(quiet, verdict=replace(fell, word="stays_down"))

    assert T("theme.level", level=52) not in theme_cards.saying(quiet, T)
    assert T("theme.level", level=52) in theme_cards.saying(changed, T)


def test_the_legend_explains_what_is_in_the_charts_and_nothing_else() -> None:
    bare = Panel("Respect", (MONTH,), (score(60),), (), ())
    assert trend._marks([bare], LAYERS) == ("score", "margin")
    assert trend._marks([bare], ()) == ("score",)
    full = replace(
        bare,
        series=(score(60, "theme", "break"), score(None)),
        control_limits=state(60).control_limits,
        spans=(Span("2026-07", MONTH, "down"),),
        flags=(Flag(1, "2026-07", "Inloop"),),
        organisation=(score(62),),
    )
    assert trend._marks([bare, full], LAYERS) == trend.LEGEND
