"""Confidence intervals of scores, for small, finite teams.

The standard error of a unit's score is s / √n, with s the standard deviation of people's scores
pooled over all units: a team's own would collapse whenever five people happen to agree. The
finite-population correction √(1 - n/N) (Cochran, *Sampling Techniques*, 3rd ed., 1977, §2.6)
narrows the interval where most of the team answered; n/N is taken as at most 0.8.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.disclosure.compact_arrays import Whole

Z95 = 1.959964
"""The standard normal quantile for a two-sided 95 % interval."""
DEFAULT_WITHIN_VARIANCE = 400.0
"""Variance of people's theme scores (0 to 100) where too few answered to estimate it."""
QUESTION_CORRELATION = 0.4
"""Correlation between two questions of a theme, used to get from themes to single questions."""
LARGEST_SHARE = 0.8


def question_variance(theme_variance: float, questions: int) -> float:
    """Variance of people's answers to one question, from that of their theme mean.

    The mean of k parallel items with variance v and correlation r has variance
    v·(1 + (k - 1)·r)/k (Lord & Novick, *Statistical Theories of Mental Test Scores*, 1968, §4.4).
    """
    return theme_variance * questions / (1 + (questions - 1) * QUESTION_CORRELATION)


def column_variances(within: Sequence[float | None], sizes: Sequence[int]) -> NDArray[np.float64]:
    """The variance within units per column: of people's theme scores, then of their answers.

    Parameters
    ----------
    within
        Per theme, None where too few answered to estimate it.
    sizes
        How many questions each theme has.
    """
    of_themes = [variance or DEFAULT_WITHIN_VARIANCE for variance in within]
    of_questions = [
        question_variance(variance, size)
        for variance, size in zip(of_themes, sizes, strict=True)
        for _ in range(size)
    ]
    return np.array([*of_themes, *of_questions])


def half_width(
    variance: NDArray[np.float64] | float,
    n: Whole,
    invited: Whole,
) -> NDArray[np.float64]:
    """Half the width of the 95 % interval, in points; 0 where nobody answered.

    ``invited`` is the size of the team, 0 where it is unknown: no correction is made then.
    """
    people = np.maximum(n, 1).astype(np.float64)
    answered = np.minimum(people / np.maximum(invited, 1), LARGEST_SHARE)
    share = np.where(invited > 0, answered, 0.0)
    width = Z95 * np.sqrt(variance / people * (1 - share))
    return np.where(n > 0, width, 0.0)
