"""The one sentence above every figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.climate.figures import TEAM, Figure
from monitor.climate.verdicts import DOWN, STABLE, TrendVerdict
from monitor.dashboard import phrases
from monitor.dashboard.charts.sparkline import Window
from monitor.dashboard.results.headline import NO_UNITS, Headline, UnitsBeneath, headline
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import texts

T = texts("nl")


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


def test_few_answers_are_the_headline_and_beneath_it_what_was_noticed() -> None:
    some = [state("Respect", few_answers=True), state("Steun", signalled="2025-12"), state("Druk")]
    every = [state(title, few_answers=True) for title in ("Respect", "Steun")]
    about = T("overview.headline.few_answers.some", themes="Respect")
    fell = found_of("Steun")

    few = T("overview.headline.few_answers")
    assert headline(some[:1] + some[2:], NO_UNITS, T) == Headline(about, is_thin=True)
    assert headline(every, NO_UNITS, T) == Headline(few, is_thin=True)
    assert headline(every, UnitsBeneath(2, 1), T).beneath == (
        "Hieronder: bij 2 teams iets lager en bij één team iets hoger."
    )
    assert headline(every, UnitsBeneath(0, 2, "units"), T).beneath == (
        "Hieronder: bij 2 onderdelen iets hoger."
    )
    some[1] = replace(some[1], verdict=replace(some[1].verdict, word="stays_down"))
    earlier = T("overview.headline.earlier", findings=fell)
    assert headline(some, NO_UNITS, T) == Headline(about, earlier, is_thin=True)


@pytest.mark.parametrize(
    ("few_answers", "now", "is_new"),
    [(False, True, True), (False, False, True), (True, True, True), (True, False, False)],
)
def test_a_signal_of_before_a_month_with_few_answers_is_not_told_as_new(
    few_answers: bool, now: bool, is_new: bool
) -> None:
    states = [state("Respect", signalled="2026-08", few_answers=few_answers, now=now)]
    shown, fell = headline(states, NO_UNITS, T), found_of("Respect")

    if is_new:
        caution = T("signals.few.now") if few_answers else ""
        assert shown == Headline(T("overview.headline.new", findings=fell), caution)
    else:
        earlier = T("overview.headline.earlier", findings=fell)
        assert shown == Headline(T("overview.headline.few_answers"), earlier, is_thin=True)


def test_themes_that_changed_together_are_told_together_and_no_headline_has_three_sentences() -> (
    None
):
    states = [state(title, signalled="2026-08", now=True) for title in ("Respect", "Steun")]
    earlier = state("Druk", signalled="2025-12")
    states.append(replace(earlier, verdict=replace(earlier.verdict, word="stays_down")))

    shown = headline(states, UnitsBeneath(1), T)

    together = found_of("Respect", "Steun")
    assert "Respect en Steun zijn" in together
    new = T("overview.headline.new", findings=together)
    assert shown.title == f"{new} {T('overview.headline.earlier', findings=found_of('Druk'))}"
    assert shown.beneath == "Hieronder: bij één team iets lager."


def found_of(*titles: str) -> str:
    """What is said of these themes, all of which fell in July."""
    return T(
        "overview.finding.down",
        count=len(titles),
        theme=phrases.listed(titles, T),
        since="juli 2026",
    )
