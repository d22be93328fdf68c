"""Counting opened envelopes. What is counted stays in memory until it is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.questionnaire import Questionnaire

POINTS = (0, 0, 25, 50, 75, 100)
"""Score points of an answer 1..5 on the agreement scale; 0 is no answer."""
CLASS_OF = (0, 0, 0, 1, 2, 2)
"""Class of an answer 1..5: 0 unfavourable, 1 neutral, 2 favourable."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CountingScheme:
    """The units and themes of a round, as indices.

    ``parents[u]`` is the index of unit `u`'s parent (-1 for the root), parents before children;
    ``themes[t]`` holds the indices of theme `t`'s questions. Of questions in ``undistributed`` no
    distribution is kept: it would tell how many answered them.
    """

    parents: tuple[int, ...]
    themes: tuple[tuple[int, ...], ...]
    undistributed: frozenset[int] = frozenset()

    @staticmethod
    def of(parents: tuple[int, ...], questionnaire: Questionnaire) -> CountingScheme:
        """The scheme of a tree (see ``parents``) and a questionnaire."""
        themes: list[tuple[int, ...]] = []
        undistributed: set[int] = set()
        first = 0
        for theme in questionnaire.themes:
            themes.append(tuple(range(first, first + len(theme.questions))))
            first += len(theme.questions)
            if theme.team_only:
                undistributed.update(themes[-1])
        return CountingScheme(parents, tuple(themes), frozenset(undistributed))

    @property
    def questions(self) -> int:
        """How many questions a sheet has."""
        return sum(len(theme) for theme in self.themes)

    def fits(self, sheet: AnswerSheet) -> bool:
        """Whether the sheet belongs to this round."""
        return sheet.unit < len(self.parents) and len(sheet.answers) == self.questions


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums per unit.

    ``n`` and ``points`` are units × questions; ``classes`` units × questions × 3.
    ``distinct_people`` (units × questions) is the number of people who certainly differ: where
    codes were replaced somebody may have answered twice, so it is the largest number of answers
    with codes from between the same two replacements. Of people who answered a whole theme:
    ``people``, ``sums`` and ``squares`` (units × themes) of their theme score, 0 to 100.
    """

    n: Counts
    distinct_people: Counts
    points: Counts
    classes: Counts
    people: Counts
    sums: NDArray[np.float64]
    squares: NDArray[np.float64]


def count(sheets: Sequence[AnswerSheet], scheme: CountingScheme) -> Tally:
    """Add up the sheets per unit; their order does not matter."""
    units, questions = len(scheme.parents), scheme.questions
    unit_of = np.fromiter((sheet.unit for sheet in sheets), np.int64, len(sheets))
    answers = np.array([sheet.answers for sheet in sheets], np.int64).reshape(-1, questions)
    answered = answers > 0
    points = np.array(POINTS)[answers]
    people, sums, squares = _theme_scores(answered, points, unit_of, scheme)
    return Tally(
        n=_per_unit(answered, unit_of, units),
        distinct_people=_distinct_people(answered, unit_of, units, sheets),
        points=_per_unit(points, unit_of, units),
        classes=_classes(answers, unit_of, units),
        people=people,
        sums=sums,
        squares=squares,
    )


def _theme_scores(
    answered: NDArray[np.bool_], points: Counts, unit_of: Counts, scheme: CountingScheme
) -> tuple[Counts, NDArray[np.float64], NDArray[np.float64]]:
    """People, and the sums of their scores and squared scores, per unit and theme."""
    size = (len(scheme.parents), len(scheme.themes))
    people, sums, squares = np.zeros(size, np.int64), np.zeros(size), np.zeros(size)
    for theme, questions in enumerate(scheme.themes):
        complete = answered[:, questions].all(axis=1)
        scores = points[complete][:, questions].mean(axis=1) if complete.any() else np.empty(0)
        cells = (unit_of[complete], np.full(int(complete.sum()), theme))
        np.add.at(people, cells, 1)
        np.add.at(sums, cells, scores)
        np.add.at(squares, cells, scores**2)
    return people, sums, squares


def _classes(answers: Counts, unit_of: Counts, units: int) -> Counts:
    classes = np.zeros((units, answers.shape[1], 3), np.int64)
    rows, columns = np.nonzero(answers)
    np.add.at(classes, (unit_of[rows], columns, np.array(CLASS_OF)[answers[rows, columns]]), 1)
    return classes


def _distinct_people(
    answered: NDArray[np.bool_], unit_of: Counts, units: int, sheets: Sequence[AnswerSheet]
) -> Counts:
    replacements = np.fromiter((sheet.replacements for sheet in sheets), np.int64, len(sheets))
    most = np.zeros((units, answered.shape[1]), np.int64)
    for number in np.unique(replacements):
        rows = replacements == number
        most = np.maximum(most, _per_unit(answered[rows], unit_of[rows], units))
    return most


def _per_unit(values: NDArray[np.generic], unit_of: Counts, units: int) -> Counts:
    total = np.zeros((units, values.shape[1]), np.int64)
    np.add.at(total, unit_of, values.astype(np.int64))
    return total
