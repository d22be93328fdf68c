"""Figures in words."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.climate.results import Figure
from monitor.dashboard import phrases
from monitor.locale import texts

NL, EN = texts("nl"), texts("en")


def figure(value: int | None, *notes: str) -> Figure:
    """A theme's score."""
    return Figure("2026-11", "noord", "theme", "respect", value, 50, 70, "5-9", frozenset(notes))


def test_months_and_days_are_written_in_the_readers_language() -> None:
    assert phrases.month("2026-11", NL) == "november 2026"
    assert phrases.month("2026-03", EN) == "March 2026"
    assert phrases.day(date(2026, 3, 9), NL) == "9 maart 2026"
    assert phrases.month_abbreviations(NL)[:5] == ("jan", "feb", "mrt", "apr", "mei")


@pytest.mark.parametrize(
    ("value", "text"), [(10, "≤ 10"), (11, "11"), (62, "62"), (90, "≥ 90"), (None, "")]
)
def test_a_score_is_whole_and_goes_no_further_than_the_ends(value: int | None, text: str) -> None:
    assert phrases.score(figure(value)) == text


@pytest.mark.parametrize(
    ("band", "text", "short"),
    [
        ("5-9", "5 tot en met 9", "5\N{EN DASH}9"),
        ("25-49", "25 tot en met 49", "25\N{EN DASH}49"),
        ("50+", "50 of meer", "50+"),
        ("30-39%", "30 tot en met 39 procent", "30\N{EN DASH}39%"),
    ],
)
def test_numbers_of_people_are_given_in_bands(band: str, text: str, short: str) -> None:
    assert phrases.band(band, NL) == text
    assert phrases.short_band(band) == short


def test_a_withheld_figure_has_no_band() -> None:
    assert phrases.band("", NL) == ""


def test_each_note_is_listed_once_and_in_a_fixed_order() -> None:
    figures = [figure(60, "break"), figure(60, "caution", "break"), figure(60)]

    assert phrases.notes(figures, NL) == (NL("note.caution"), NL("note.break"))


@pytest.mark.parametrize(
    "name", ["*Team*", "Team_1 [a](b)", "# Team", "$Team$", ":red[Team]", "<b>"]
)
def test_a_name_is_never_read_as_layout(name: str) -> None:
    escaped = phrases.escaped(name)

    assert escaped.replace("\\", "") == name
    assert all(escaped[at - 1] == "\\" for at, c in enumerate(escaped) if c in "*_[]#$:<>")


def test_a_name_stays_on_one_line() -> None:
    assert "\n" not in phrases.escaped("Team\n# Noord")
