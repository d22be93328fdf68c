"""Days, months, bands and scores read alike on every page."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.locale import formats


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [("nl", "9 maart 2026", "9 mrt 2026"), ("en", "9 March 2026", "9 Mar 2026")],
)
def test_a_day_begins_with_its_number(language: str, long: str, short: str) -> None:
    assert formats.day(date(2026, 3, 9), language) == long
    assert formats.day(date(2026, 3, 9), language, short=True) == short


def test_a_period_is_a_month() -> None:
    assert formats.month("2026-11", "nl") == "november 2026"
    assert formats.short_month("2026-11", "nl") == "nov 2026"


@pytest.mark.parametrize("stored", ["", "2026-13", "2026-11-01", "toen"])
def test_what_somebody_wrote_for_a_month_stands_in_a_sentence_as_it_is(stored: str) -> None:
    assert formats.Month("2026-11").written("nl") == "november 2026"
    assert formats.Month(stored).written("nl") == stored


def test_a_band_has_ends() -> None:
    assert formats.ends("10-14") == ("10", "14")
    assert formats.ends("50+") == ("50", "")
    assert formats.ends("") == ("", "")
    assert formats.ends("90-100%") == ("90", "100")
    assert [formats.is_share(band) for band in ("90-100%", "50+", "")] == [True, False, False]


def test_a_score_at_an_end_is_shown_as_an_end() -> None:
    assert [formats.score(shown) for shown in ("<=10", "62", ">=90", "")] == [
        "≤ 10",
        "62",
        "≥ 90",
        "",
    ]
