"""Counting opened envelopes. What is counted here lives in memory only, until it is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.ballot.envelope import AnswerSheet

POINTS = (0, 0, 25, 50, 75, 100)
"""Score points of an answer 1..5 on the agreement scale; 0 is no answer."""
CLASS_OF = (0, 0, 0, 1, 2, 2)
"""Class of an answer 1..5: unfavourable, neutral, favourable."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CountingScheme:
    """What a round's sheets look like.

    ``parents[u]`` is the place of unit `u`'s parent (-1 for the root), parents before children;
    ``themes[t]`` holds the places of theme `t`'s questions.
    """

    parents: tuple[int, ...]
    themes: tuple[tuple[int, ...], ...]

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

    ``n`` and ``points`` are units × questions; ``classes`` units × questions × 3. ``sure`` is
    the number of people who surely differ: where codes were replaced somebody may have answered
    twice, so it is the largest number within one edition of codes. Of people who
    answered a whole theme: ``people``, ``sums`` and ``squares`` (units × themes) of their theme
    score, 0 to 100.
    """

    n: Counts
    sure: Counts
    points: Counts
    classes: Counts
    people: Counts
    sums: NDArray[np.float64]
    squares: NDArray[np.float64]


def count(sheets: Sequence[AnswerSheet], shape: CountingScheme) -> Tally:
    """Add up the sheets per unit; their order does not matter."""
    units, questions = len(shape.parents), shape.questions
    where = np.fromiter((sheet.unit for sheet in sheets), np.int64, len(sheets))
    answers = np.array([sheet.answers for sheet in sheets], np.int64).reshape(-1, questions)
    given = answers > 0
    points = np.array(POINTS)[answers]
    classes = np.zeros((units, questions, 3), np.int64)
    rows, columns = np.nonzero(given)
    np.add.at(classes, (where[rows], columns, np.array(CLASS_OF)[answers[rows, columns]]), 1)
    themes = len(shape.themes)
    people = np.zeros((units, themes), np.int64)
    sums, squares = np.zeros((units, themes)), np.zeros((units, themes))
    for theme, places in enumerate(shape.themes):
        whole = given[:, places].all(axis=1)
        scores = points[whole][:, places].mean(axis=1) if whole.any() else np.empty(0)
        of_theme = np.full(int(whole.sum()), theme)
        np.add.at(people, (where[whole], of_theme), 1)
        np.add.at(sums, (where[whole], of_theme), scores)
        np.add.at(squares, (where[whole], of_theme), scores**2)
    return Tally(
        n=_per_unit(given, where, units),
        sure=_surely_different(given, where, units, sheets),
        points=_per_unit(points, where, units),
        classes=classes,
        people=people,
        sums=sums,
        squares=squares,
    )


def _surely_different(
    given: NDArray[np.bool_], where: Counts, units: int, sheets: Sequence[AnswerSheet]
) -> Counts:
    editions = np.fromiter((sheet.edition for sheet in sheets), np.int64, len(sheets))
    most = np.zeros((units, given.shape[1]), np.int64)
    for edition in np.unique(editions):
        of_edition = editions == edition
        most = np.maximum(most, _per_unit(given[of_edition], where[of_edition], units))
    return most


def _per_unit(values: NDArray[np.generic], where: Counts, units: int) -> Counts:
    total = np.zeros((units, values.shape[1]), np.int64)
    np.add.at(total, where, values.astype(np.int64))
    return total
