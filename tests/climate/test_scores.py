"""Confidence intervals against the textbook formulas."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.climate import scores


def test_a_question_varies_more_than_the_mean_of_three() -> None:
    # Items with sd 25 and correlation .4: their mean has variance 625 * (1 + 2 * .4) / 3 = 375.
    assert scores.question_variance(375, 3) == pytest.approx(625)
    assert scores.question_variance(375, 1) == 375


def test_the_interval_is_the_textbook_one_in_a_team_heard_for_half() -> None:
    width = scores.half_width(375.0, np.array([6]), np.array([12]))

    assert width[0] == pytest.approx(1.959964 * (375 / 6 * 0.5) ** 0.5)


def test_hearing_nearly_everybody_leaves_some_doubt() -> None:
    n, invited = np.array([10, 9, 8]), np.array([10, 10, 10])

    widths = scores.half_width(400.0, n, invited)

    assert widths[0] == pytest.approx(1.959964 * (400 / 10 * 0.2) ** 0.5)
    assert (np.diff(widths) > 0).all()


def test_an_unknown_team_size_corrects_nothing_and_nobody_has_no_interval() -> None:
    widths = scores.half_width(400.0, np.array([8, 0]), np.array([0, 0]))

    assert widths.tolist() == pytest.approx([1.959964 * 50**0.5, 0])


def test_a_column_per_theme_and_then_one_per_question() -> None:
    usual = scores.DEFAULT_WITHIN_VARIANCE
    of_two = scores.question_variance(usual, 2)

    variances = scores.column_variances([300.0, None], [1, 2])

    assert variances.tolist() == [300.0, usual, 300.0, of_two, of_two]
