"""Figures are held in few bytes, and come out as if they were held in many."""

from __future__ import annotations

import random

import numpy as np
import pytest

from monitor.climate import scores
from monitor.pulse.disclosure import coverage
from monitor.pulse.disclosure.compact_arrays import Distributions, narrowed
from tests.promises import towns


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_numbers_are_held_in_the_smallest_type_that_holds_them_all(bits: int) -> None:
    least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    for number, expected in (
        (least, bits),
        (most, bits),
        (least - 1, 2 * bits),
        (most + 1, 2 * bits),
    ):
        values = np.array([0, number], np.int64)
        assert narrowed(values).dtype.itemsize * 8 == expected
        assert narrowed(values).tolist() == [0, number]


def test_no_numbers_at_all_stay_so() -> None:
    assert narrowed(np.empty(0, np.int64)).tolist() == []


def test_distributions_are_those_of_a_dict() -> None:
    counts = np.arange(3 * 4 * 3).reshape(3, 4, 3) + 1
    where = np.array([[1, 0, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0]], np.bool_)

    compact = Distributions.of(counts, where)

    assert dict(compact) == {
        (int(unit), int(question)): tuple(
            int(100 * count / counts[unit, question].sum() + 0.5)
            for count in counts[unit, question].tolist()
        )
        for unit, question in zip(*np.nonzero(where), strict=True)
    }
    assert list(compact) == [(0, 0), (0, 3), (2, 1)]
    assert len(compact) == 3
    for missing in ((0, 1), (1, 0), (2, 0), (2, 2), (3, 0), (0, 4)):
        assert missing not in compact
        assert compact.get(missing) is None
    assert dict(Distributions.of(counts, np.zeros((3, 4), np.bool_))) == {}


def test_an_interval_is_the_same_however_numbers_are_held() -> None:
    for team in (1, 7, 12, 100, 127):
        people, invited = np.arange(team + 1), np.full(team + 1, team)

        narrow = scores.half_width(375.0, narrowed(people), narrowed(invited))

        assert narrow.dtype == np.float64
        assert narrow.tolist() == scores.half_width(375.0, people, invited).tolist()


def test_people_of_a_unit_itself_are_the_same_however_numbers_are_held() -> None:
    rng = random.Random(1)
    for _ in range(20):
        month = towns.released(towns.random_town(rng, towns.questionnaire(3, 2))).release
        own = coverage.people_invited(month)

        assert own.dtype == np.int64
        assert (own >= 0).all()
