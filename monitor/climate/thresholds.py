"""Thresholds of the CUSUM (the decision interval h), solved from how often signals may be false.

The average run length of a one-sided CUSUM on standard normal steps solves the integral equation
of E. S. Page, *Continuous inspection schemes*, Biometrika 41 (1954), 100-115, eq. 7,

    L(u) = 1 + L(0) Φ(k - u) + ∫₀ʰ L(y) φ(y + k - u) dy,

here by Gauss-Legendre quadrature (A. L. Goel and S. M. Wu, Technometrics 13 (1971), 221-230). In
our sums the months that count for half (`cusum`) keep steps from being independent, and a high
sum comes more often than in theory; what that adds was found by simulation.
"""

from __future__ import annotations

from functools import cache
from math import erf, pi, sqrt

import numpy as np
from numpy.typing import NDArray

REFERENCE = 0.5
"""k, the reference value: half of the shift, in standard deviations, that is looked for."""
MONTHS = 12
TEAM_YEARS = 5.0
"""A team of which nothing changes gets one false "falling" in this many years, over all its
themes together, in its own view."""
ABOVE_YEARS = 20.0
"""The same in overviews of many teams, which would otherwise show a false signal every month."""
SLOPE, OFFSET = 1.33, 0.5
"""From the h of theory to ours: h = 1.33 · theory - 0.5. Fitted to 108,000 series of 36 months in
which nothing changes (the benchmark's teams of 12, 70 % response, three questions), of which the
months per false alarm were

    h        1     2     3      4     5     6      7      8      9
    months   15.1  39.5  100.1  237   527   1,124  2,402  5,089  10,952

and the line keeps the simulated rate at 0.73 to 0.84 of what is promised for once in 5 to 15
years: room for what makes chance larger than it looks (autocorrelation, answers near an end)."""
RARE_SLOPE, RARE_OFFSET = 1.63, 1.52
"""The same for signals rarer than once in 15 years a series, h = 1.63 · theory - 1.52: there what
makes chance larger than it looks multiplies false alarms more, and the room has to be wider. In the
benchmark's worlds teams then get at most 1.25 times the false alarms promised, but for those where
the same people answer each month and slowly change their minds."""
LOWEST_THRESHOLD = 0.25
_NODES = 48
_HIGHEST_THRESHOLD = 30.0


def average_run_length(threshold: float, reference: float = REFERENCE, shift: float = 0.0) -> float:
    """Months until a one-sided CUSUM that starts at 0 passes `threshold`, on average (ARL).

    Parameters
    ----------
    threshold
        h, in standard deviations.
    reference
        k.
    shift
        How far the mean has moved in the direction looked for, in standard deviations.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    points = np.concatenate([[0.0], threshold * (nodes + 1) / 2])
    mass = threshold * weights / 2
    reach = points[None, 1:] + reference - shift - points[:, None]
    kernel = np.zeros((_NODES + 1, _NODES + 1))
    kernel[:, 0] = _normal_cdf(reference - shift - points)
    kernel[:, 1:] = np.exp(-(reach**2) / 2) / sqrt(2 * pi) * mass
    lengths = np.linalg.solve(np.eye(_NODES + 1) - kernel, np.ones(_NODES + 1))
    return float(lengths[0])


@cache
def page_threshold(months: float, reference: float = REFERENCE) -> float:
    """The h at which Page's sum, in one direction, gives a false signal once in `months`."""
    low, high = 0.0, _HIGHEST_THRESHOLD
    while high - low > 1e-6:
        middle = (low + high) / 2
        if average_run_length(middle, reference) < months:
            low = middle
        else:
            high = middle
    return high


def series_threshold(months: float) -> float:
    """The h at which one of our series, in one direction, gives a false signal once in `months`.

    With a margin for what makes chance larger than in the simulation: see `SLOPE`.
    """
    theory = page_threshold(months)
    return max(LOWEST_THRESHOLD, SLOPE * theory - OFFSET, RARE_SLOPE * theory - RARE_OFFSET)


def team_threshold(years: float, themes: int) -> float:
    """The h at which `themes` series together give one false signal in `years`.

    How often signals come adds up over series, whether or not these move together.
    """
    return series_threshold(years * MONTHS * max(themes, 1))


def _normal_cdf(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Φ, the standard normal distribution."""
    return np.array([(1 + erf(value / sqrt(2))) / 2 for value in values.tolist()])
