"""The one sentence above every figure."""

from __future__ import annotations

import pytest

from monitor.climate.figures import TEAM, Figure
from monitor.climate.verdicts import DOWN, STABLE, TrendVerdict
from monitor.dashboard.charts.sparkline import Window
from monitor.dashboard.results.headline import headline
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import texts

T = texts("nl")
FELL = "Respect is sinds juli 2026 **lager**"


def state(
    title: str, *, signalled: str | None = None, few_answers: bool = False, now: bool = False
) -> ThemeState:
    """A theme in September; with `signalled` it fell in July and was noticed in that month."""
    verdict = TrendVerdict(
        word=DOWN if signalled else STABLE,
        points=None,
        band="",
        since="2026-07" if signalled else None,
        signalled=signalled,
        audience=TEAM,
        few_answers=few_answers,
        signalled_now=now,
    )
    figure = Figure("2026-09", "noord", "theme", "respect", 50)
    return ThemeState("respect", title, figure, verdict, (), (), Window("2026-01", "2026-09"), None)


def test_few_answers_to_some_themes_are_not_said_of_all() -> None:
    some = [state("Respect", few_answers=True), state("Steun"), state("Druk")]
    every = [state(title, few_answers=True) for title in ("Respect", "Steun")]

    assert headline(some, 0, T) == T("overview.headline.few_answers.some", themes="Respect")
    assert headline(every, 0, T) == T("overview.headline.few_answers")


@pytest.mark.parametrize(
    ("few_answers", "now", "key"),
    [(False, True, "new"), (False, False, "new"), (True, True, "new"), (True, False, "earlier")],
)
def test_a_signal_of_before_a_month_with_few_answers_is_not_told_as_new(
    few_answers: bool, now: bool, key: str
) -> None:
    states = [state("Respect", signalled="2026-08", few_answers=few_answers, now=now)]

    assert headline(states, 0, T).endswith(T(f"overview.headline.{key}", findings=FELL))
