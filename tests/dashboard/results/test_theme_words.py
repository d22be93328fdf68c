"""The words and marks beside a score: none contradicts what stands next to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.climate.figures import TEAM, Figure
from monitor.climate.verdicts import FEW_ANSWERS, STABLE, TrendVerdict
from monitor.dashboard.charts.panel_content import Flag, Panel
from monitor.dashboard.charts.sparkline import Span, Window
from monitor.dashboard.results import theme_cards, trend
from monitor.dashboard.results.statements_moved import MovedStatement, agreeing, section
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
    verdict = TrendVerdict(word, None, "", None, None, TEAM)
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
    withheld = theme_cards.card(state(None, FEW_ANSWERS), T, of_team=True)
    assert withheld.count(T("note.withheld.short")) == 1
    assert f">{T(f'word.{FEW_ANSWERS}')}<" not in withheld
    assert f">{T(f'word.{FEW_ANSWERS}')}<" in theme_cards.card(
        state(60, FEW_ANSWERS), T, of_team=True
    )


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
