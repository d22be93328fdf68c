"""One month's released figures: the rows of the complete release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.bands import Band, response_band
from monitor.climate import scores
from monitor.climate.audience import TEAM_ONLY, Audience, beside_team_only
from monitor.organisation.tree import Tree
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.pulse.count.sealing import HIGHEST, LOWEST
from monitor.pulse.disclosure import rounding
from monitor.pulse.disclosure.compact_arrays import Whole
from monitor.pulse.disclosure.release import SUPPRESSED, MonthRelease
from monitor.pulse.questionnaire import Questionnaire

Points = NDArray[np.int8]
"""Whole points, kept for every score of every month: in one byte each."""
CLASSES = ("unfavourable", "neutral", "favourable")
RESPONSE, PLACES, CODES = "response", "places", "codes"
TEAM, ABOVE = "team", "above"
"""The audiences of a signal: the unit itself, and those who look at many units at once."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One released figure.

    ``kind`` is ``theme``, ``question``, ``distribution`` (key ``question:class``),
    ``response``, ``invited`` (keys ``places`` and ``codes``), ``signal`` (key the theme, or
    ``theme:above`` for those who look at many units at once) or ``chance``. A score's value is in
    whole points, 10 standing for "at most 10" and 90 for "at least 90"; ``low`` and ``high`` are
    its 95 % interval. A distribution's value is in per cent, a response's is a band, a signal's
    ``down`` or ``up``. The value of ``chance`` is how many points two months may differ by chance;
    its ``low`` and ``high`` are the control limits of this month. None: suppressed.
    """

    period: str
    unit: str
    kind: str
    key: str
    value: int | str | None
    low: int | None = None
    high: int | None = None
    n_band: str = ""
    notes: frozenset[str] = frozenset()


def shown(figure: Figure) -> str:
    """The value as the export writes it: ``<=10`` and ``>=90`` at the ends, empty if suppressed."""
    if figure.value is None:
        return ""
    if figure.kind in ("theme", "question") and isinstance(figure.value, int):
        return rounding.shown(figure.value)
    return str(figure.value)


@dataclass(frozen=True)
class Month:
    """A sealed month's figures. ``breaks`` (units × themes) marks where a trend is interrupted."""

    released: SealedRelease
    breaks: NDArray[np.bool_]

    @property
    def arrays(self) -> MonthRelease:
        """The figures in columns."""
        return self.released.release

    @property
    def tree(self) -> Tree:
        """The organisation as it was."""
        return self.released.tree

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions as they were asked."""
        return self.released.questionnaire

    @cached_property
    def columns(self) -> dict[tuple[str, str], int]:
        """Column of each score, by (kind, key)."""
        themes, questions = self.questionnaire.themes, self.questionnaire.questions
        names = [("theme", theme.key) for theme in themes]
        names += [("question", question.key) for question in questions]
        return {name: column for column, name in enumerate(names)}

    @cached_property
    def theme_of(self) -> tuple[int, ...]:
        """For each column, the place of its theme in the questionnaire."""
        themes = self.questionnaire.themes
        of_questions = [place for place, theme in enumerate(themes) for _ in theme.questions]
        return (*range(len(themes)), *of_questions)

    @cached_property
    def beside_team_only(self) -> frozenset[str]:
        """Every statement of a theme with a statement that is for the team only."""
        return beside_team_only(self.questionnaire)

    @cached_property
    def intervals(self) -> tuple[Points, Points]:
        """Lower and upper ends of the 95 % intervals, units × columns, whole points, 0 to 100.

        A score at an end of the scale stands for all beyond it, and so does its interval.
        """
        arrays = self.arrays
        sizes = [len(theme.questions) for theme in self.questionnaire.themes]
        variances = scores.column_variances(arrays.within_variances, sizes)
        width = scores.half_width(variances, self._people(), arrays.invited[:, None])
        low = np.where(arrays.scores <= LOWEST, 0, np.maximum(arrays.scores - width, 0))
        high = np.where(arrays.scores >= HIGHEST, 100, np.minimum(arrays.scores + width, 100))
        return np.floor(low + 0.5).astype(np.int8), np.floor(high + 0.5).astype(np.int8)

    def score(self, unit: str, kind: str, key: str) -> Figure | None:
        """A theme's or question's score; None when the unit or key is not in this month."""
        row, column = self.arrays.row_of.get(unit), self.columns.get((kind, key))
        if row is None or column is None:
            return None
        value = int(self.arrays.scores[row, column])
        period = self.arrays.period
        if not self._audience.tells(row, column):
            return Figure(period, unit, kind, key, None, notes=frozenset({"withheld", TEAM_ONLY}))
        team_only = frozenset({TEAM_ONLY} if self._audience.is_for_team(row, column) else ())
        if value == SUPPRESSED:
            return Figure(period, unit, kind, key, None, notes=frozenset({"withheld"}) | team_only)
        hides_people = self._audience.hides_people[column]
        people = self._respondents[row] if hides_people else self.arrays.n[row, column]
        band = self._band(row, int(people))
        low, high = self.intervals
        return Figure(
            period,
            unit,
            kind,
            key,
            value,
            int(low[row, column]),
            int(high[row, column]),
            band.name if band and not hides_people else "",
            self._notes(row, column, band) | self._signal_note(unit, kind, key) | team_only,
        )

    def figures(self, unit: str) -> Iterator[Figure]:
        """Every figure of a unit; nothing when it is not in this month's tree."""
        row = self.arrays.row_of.get(unit)
        if row is None:
            return
        for kind, key in self.columns:
            figure = self.score(unit, kind, key)
            if figure is not None:
                yield figure
        yield from self._distributions(unit, row)
        yield self.response(unit)
        yield from self._invited(unit, row)
        yield from self.signals(unit)

    def response(self, unit: str) -> Figure:
        """The band of the number of respondents."""
        period, row = self.arrays.period, self.arrays.row_of[unit]
        band = self._band(row, int(self._respondents[row]))
        if band is None:
            return Figure(period, unit, "response", RESPONSE, None, notes=frozenset({"withheld"}))
        caution = rounding.is_low_response(band, self._people_invited(row))
        notes = frozenset({"caution"} if caution else ())
        return Figure(period, unit, "response", RESPONSE, band.name, n_band=band.name, notes=notes)

    @cached_property
    def _audience(self) -> Audience:
        return Audience.of(self.arrays, self.questionnaire)

    @cached_property
    def _respondents(self) -> Whole:
        """People per unit as far as released: the most answers to one question that is watched.

        How many answered the others is shown nowhere.
        """
        themes = self.questionnaire.themes
        is_watched = [themes[theme].signals for theme in self.theme_of[len(themes) :]]
        most: Whole = self.arrays.n[:, len(themes) :][:, is_watched].max(axis=1)
        return most

    def _people(self) -> Whole:
        """How many people an interval goes by, units × columns: as many as answered, or where that
        is shown nowhere the fewest of the unit's band."""
        hidden = self._audience.hides_people
        if not hidden.any():
            return self.arrays.n
        bands = [self._band(row, int(n)) for row, n in enumerate(self._respondents)]
        fewest = np.array([band.low if band else self.arrays.minimum for band in bands], np.int64)
        people = np.where(hidden, fewest[:, None], self.arrays.n)
        return np.where(self.arrays.scores == SUPPRESSED, 0, people)

    def _signal_note(self, unit: str, kind: str, key: str) -> frozenset[str]:
        """``down`` or ``up`` where the unit has a signal of its own in this month."""
        signal = self.released.signals.get((unit, key, TEAM)) if kind == "theme" else None
        return frozenset({signal.direction} if signal else ())

    def signals(self, unit: str) -> Iterator[Figure]:
        """The unit's signals in this month."""
        period = self.arrays.period
        for theme in self.questionnaire.themes:
            for audience, key in ((TEAM, theme.key), (ABOVE, f"{theme.key}:{ABOVE}")):
                signal = self.released.signals.get((unit, theme.key, audience))
                if signal:
                    notes = frozenset({f"since={signal.since}"})
                    yield Figure(period, unit, "signal", key, signal.direction, notes=notes)

    def _band(self, row: int, people: int) -> Band | None:
        return response_band(people, self._people_invited(row), self.arrays.minimum)

    def _notes(self, row: int, column: int, band: Band | None) -> frozenset[str]:
        theme = self.theme_of[column]
        notes = {
            "caution": rounding.is_low_response(band, self._people_invited(row)),
            "left_out": bool(self.arrays.partial_coverage[row, theme]),
            "break": bool(self.breaks[row, theme]),
        }
        return frozenset(note for note, holds in notes.items() if holds)

    def _people_invited(self, row: int) -> int:
        return int(self.arrays.invited[row])

    def _distributions(self, unit: str, row: int) -> Iterator[Figure]:
        for column, question in enumerate(self.questionnaire.questions):
            shares = self.arrays.distributions.get((row, column))
            score = self.columns["question", question.key]
            if not self._audience.tells(row, score):
                continue
            notes = frozenset({TEAM_ONLY} if self._audience.is_for_team(row, score) else ())
            for name, share in zip(CLASSES, shares or (), strict=False):
                key = f"{question.key}:{name}"
                yield Figure(self.arrays.period, unit, "distribution", key, share, notes=notes)

    def _invited(self, unit: str, row: int) -> Iterator[Figure]:
        if not self.arrays.invited.any():
            return
        for key, number in (
            (PLACES, self._people_invited(row)),
            (CODES, int(self.arrays.issued[row])),
        ):
            yield Figure(self.arrays.period, unit, "invited", key, number)
