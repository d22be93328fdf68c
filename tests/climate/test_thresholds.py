"""Average run lengths against published tables."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.climate.thresholds import (
    average_run_length,
    page_threshold,
    series_threshold,
    team_threshold,
)
from tests.bench.rules import XMR, ewma_spread, mean_and_moving_range
from tests.climate.reference import page

# D. C. Montgomery, Introduction to Statistical Quality Control, 6th ed. (2009), tables 9.1, 9.2.
OBSERVATIONS = (
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34, 9.03, 11.47, 10.51, 9.4, 10.08,
    9.37, 10.62, 10.31, 8.52, 10.84, 10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31,
    10.52,
)  # fmt: skip


def two_sided(limit: float, shift: float) -> float:
    """The run length of a fall and a rise watched together; whichever comes first.

    1/L = 1/L⁺ + 1/L⁻ (D. M. Hawkins and D. H. Olwell, *Cumulative Sum Charts*, 1998, §3.2).
    """
    up, down = (average_run_length(limit, shift=side) for side in (shift, -shift))
    return 1 / (1 / up + 1 / down)


@pytest.mark.parametrize(
    ("limit", "shift", "months"),
    # Montgomery, table 9.3 (k = 1/2); after J. M. Lucas and R. B. Crosier, Technometrics 24 (1982).
    [(4.0, 0.0, 168), (4.0, 1.0, 8.38), (5.0, 0.0, 465), (5.0, 1.0, 10.4)],
)
def test_two_sided_run_lengths_are_those_of_the_tables(
    limit: float, shift: float, months: float
) -> None:
    assert two_sided(limit, shift) == pytest.approx(months, rel=0.004)


def test_one_sided_run_length_is_that_of_the_tables() -> None:
    # Hawkins and Olwell, Cumulative Sum Charts (1998), table 3.1: k = 1/2, h = 3.
    assert average_run_length(3.0) == pytest.approx(117.6, abs=0.05)


@pytest.mark.parametrize(("months", "limit"), [(120, 3.019), (400, 4.171), (1200, 5.251)])
def test_thresholds_are_those_of_the_tables(months: float, limit: float) -> None:
    # The same, table 3.2 and the program ANYGETH.
    assert page_threshold(months) == pytest.approx(limit, abs=0.001)


@pytest.mark.slow
def test_thresholds_and_run_lengths_undo_each_other() -> None:
    for months in (13, 60, 180, 720, 5000):
        assert average_run_length(page_threshold(months)) == pytest.approx(months, rel=1e-4)


def test_siegmund_agrees() -> None:
    # D. Siegmund, Sequential Analysis (1985), eq. 2.57: (exp(2kb) - 2kb - 1) / 2k², b = h + 1.166.
    for high in (3.0, 4.0, 5.0):
        reach = high + 1.166
        assert average_run_length(high) == pytest.approx(2 * (np.exp(reach) - reach - 1), rel=0.02)


def test_run_lengths_are_what_simulation_shows() -> None:
    rng = np.random.default_rng(4)
    lengths = []
    for _ in range(3000):
        total, months = 0.0, 0
        while total <= 2.0:
            total, months = max(0.0, total + rng.standard_normal() - 0.5), months + 1
        lengths.append(months)
    assert np.mean(lengths) == pytest.approx(average_run_length(2.0), rel=0.06)


def test_a_team_with_three_themes_is_promised_the_sum_of_its_series() -> None:
    assert team_threshold(5, 3) == series_threshold(180)
    assert team_threshold(20, 3) > team_threshold(5, 3) > team_threshold(5, 1)


@pytest.mark.parametrize(
    ("months", "least"),
    # Months per false alarm with these limits, from 108,000 simulated series of 36 months.
    [(6, 6), (60, 70), (120, 150), (180, 225), (400, 500), (720, 880), (1200, 1450)],
)
def test_limits_hold_with_room_to_spare(months: float, least: float) -> None:
    highs = (0.25, 1, 2, 3, 4, 5, 6, 7)
    simulated = (8.7, 15.1, 39.5, 100.1, 237.2, 526.8, 1124.3, 2401.5)
    assert np.exp(np.interp(series_threshold(months), highs, np.log(simulated))) >= least


def test_the_reference_sum_is_montgomerys() -> None:
    sums = page([value - 10 for value in OBSERVATIONS])
    assert next(at for at, total in enumerate(sums, 1) if total > 5) == 29
    assert sums[28] == pytest.approx(5.28, abs=0.005)


@pytest.mark.slow
def test_the_benchmarks_ewma_has_the_published_run_length() -> None:
    # J. M. Lucas and M. S. Saccucci, Technometrics 32 (1990), 1-12: λ = .5, L = 3.071 gives 500.
    weight, states = 0.5, 401
    reach = 3.071 * ewma_spread(weight)
    edges = np.linspace(-reach, reach, states + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    z = (edges[None, :] - (1 - weight) * middles[:, None]) / weight
    cumulative = np.vectorize(_normal_cdf)(z)
    lengths = np.linalg.solve(np.eye(states) - np.diff(cumulative, axis=1), np.ones(states))
    assert lengths[states // 2] == pytest.approx(500, rel=0.005)


def test_the_benchmarks_process_limits_are_those_of_the_nhs() -> None:
    series = np.array([[1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]], np.float64)
    mean, moving = mean_and_moving_range(series)
    low, high = mean - XMR * moving, mean + XMR * moving
    # NHS England, Making Data Count, XmR calculator.
    assert (low[0], mean[0], high[0]) == pytest.approx((-3.06, 1.94, 6.95), abs=0.01)


def _normal_cdf(value: float) -> float:
    from math import erf, sqrt

    return (1 + erf(value / sqrt(2))) / 2
