"""Series in a file of one's own, worked out by hand."""

from __future__ import annotations

import pytest

from monitor.climate.scores import DEFAULT_WITHIN_VARIANCE
from monitor.climate.series_file import noisy_months, read_series
from monitor.errors import FileRefused

HEAD = "unit,period,theme,n,score,sd\n"


def variances(rows: str) -> list[float]:
    """The variance of each row's score, where months do not differ by themselves."""
    table = read_series((HEAD + rows).encode(), "own.csv")
    return [month.variance for month in noisy_months(table, 0.0, None)]


def test_the_variance_within_rows_is_pooled_by_degrees_of_freedom_over_the_months_so_far() -> None:
    rows = "a,2025-01,werk,3,60,10\nb,2025-01,werk,9,60,20\na,2025-02,werk,5,60,40\n"

    first = (2 * 10**2 + 8 * 20**2) / 10
    second = (2 * 10**2 + 8 * 20**2 + 4 * 40**2) / 14
    assert variances(rows) == pytest.approx([first / 3, first / 9, second / 5])


def test_scores_of_nobody_who_differs_say_nothing_of_how_people_differ() -> None:
    assert variances("a,2025-01,werk,5,60,0\n") == pytest.approx([DEFAULT_WITHIN_VARIANCE / 5])
    assert variances("a,2025-01,werk,5,60,1\n") == pytest.approx([1 / 5])
    assert variances("a,2025-01,werk,5,60,\n") == pytest.approx([DEFAULT_WITHIN_VARIANCE / 5])


@pytest.mark.parametrize("spread", ["-0.5", "100.5", "wide"])
def test_a_spread_that_cannot_be_is_refused(spread: str) -> None:
    with pytest.raises(FileRefused):
        variances(f"a,2025-01,werk,5,60,{spread}\n")
    assert variances("a,2025-01,werk,5,60,100\n") == [100**2 / 5]


def test_a_month_has_its_own_score_or_none() -> None:
    rows = "a,2025-01,werk,5,60,10\na,2025-03,werk,,,\nb,2025-02,werk,5,75.5,10\n"
    table = read_series((HEAD + rows).encode(), "own.csv")

    months = [(month.period, month.score) for month in noisy_months(table, 0.0, None)]

    assert months == [("2025-01", 60), ("2025-03", None), ("2025-02", 75.5)]


def test_what_is_known_of_both_variances_goes_before_what_the_file_tells() -> None:
    table = read_series((HEAD + "a,2025-01,werk,5,60,10\n").encode(), "own.csv")

    (month,) = noisy_months(table, 9.0, 400.0)

    assert month.variance == pytest.approx(9 + 400 / 5)


def test_the_variance_of_one_theme_says_nothing_of_another() -> None:
    rows = "a,2025-01,werk,4,60,10\na,2025-01,rust,4,60,30\n"

    assert variances(rows) == pytest.approx([10**2 / 4, 30**2 / 4])
