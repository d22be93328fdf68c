"""What a round must come out as, counted from the answers themselves, one person at a time.

It shares nothing with the program but the questions: no arrays, no sums, no tables. The rule is
the one of docs/METHOD.md: a theme of a unit counts where every question of it has answers of five
people or more; what does not reach that is added up one level higher, with the other rests there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from monitor.pulse.questionnaire import Questionnaire, Theme

MINIMUM = 5
LOWEST, HIGHEST = 10, 90
CLASSES = {"unfavourable": (1, 2), "neutral": (3,), "favourable": (4, 5)}
Sheet = tuple[int, ...]
"""The answers of one person, 0 for none."""
Expected = dict[tuple[str, str, str], str]
"""By unit, kind and key: the value as the export writes it."""


@dataclass(frozen=True)
class Parts:
    """The units, each with the one above it; parents before children."""

    above: Mapping[str, str | None]

    def beneath(self, unit: str) -> frozenset[str]:
        """The unit and all beneath it."""
        found = {unit}
        for each, parent in self.above.items():
            if parent in found:
                found.add(each)
        return frozenset(found)


@dataclass(frozen=True)
class _Group:
    """People who are counted together, and the unit at which they are."""

    at: str
    is_rest: bool
    sheets: tuple[Sheet, ...]


def figures(
    parts: Parts, questions: Questionnaire, answers: Mapping[str, Sequence[Sheet]]
) -> Expected:
    """Every score of every unit."""
    expected: Expected = {}
    for unit, theme, places, counted in _counted_at(parts, questions, answers):
        scores = [_score(counted, place) for place in places]
        for question, score in zip(theme.questions, scores, strict=True):
            expected[unit, "question", question.key] = _written(score)
        whole = [score for score in scores if score is not None]
        mean = sum(whole, Fraction(0)) / len(whole) if len(whole) == len(scores) else None
        expected[unit, "theme", theme.key] = _written(mean)
    return expected


def shares(
    parts: Parts, questions: Questionnaire, answers: Mapping[str, Sequence[Sheet]]
) -> Expected:
    """The distribution of every question and unit, for where it is shown at all."""
    expected: Expected = {}
    for unit, theme, places, counted in _counted_at(parts, questions, answers):
        for place, question in zip(places, theme.questions, strict=True):
            given = [sheet[place] for group in counted for sheet in group.sheets if sheet[place]]
            for name, meant in CLASSES.items() if given else ():
                share = Fraction(100 * sum(answer in meant for answer in given), len(given))
                key = (unit, "distribution", f"{question.key}:{name}")
                expected[key] = str(floor(share + Fraction(1, 2)))
    return expected


def _counted_at(
    parts: Parts, questions: Questionnaire, answers: Mapping[str, Sequence[Sheet]]
) -> Iterator[tuple[str, Theme, range, list[_Group]]]:
    """Every unit and theme, with the places of its questions and the groups counted there."""
    first = 0
    for theme in questions.themes:
        places = range(first, first + len(theme.questions))
        first += len(theme.questions)
        groups = _groups(parts, places, answers)
        for unit in parts.above:
            inside = parts.beneath(unit)
            yield unit, theme, places, [group for group in groups if group.at in inside]


def respondents(
    parts: Parts, questions: Questionnaire, answers: Mapping[str, Sequence[Sheet]]
) -> dict[str, int]:
    """Per unit the people behind its figures: the most answers to any one question."""
    most: dict[str, int] = defaultdict(int)
    first = 0
    for theme in questions.themes:
        places = range(first, first + len(theme.questions))
        first += len(theme.questions)
        groups = _groups(parts, places, answers)
        for unit in parts.above:
            inside = parts.beneath(unit)
            sheets = [sheet for group in groups if group.at in inside for sheet in group.sheets]
            counts = [sum(1 for sheet in sheets if sheet[place]) for place in places]
            most[unit] = max(most[unit], *counts)
    return most


def _groups(
    parts: Parts, places: Sequence[int], answers: Mapping[str, Sequence[Sheet]]
) -> list[_Group]:
    """Who is counted together for the theme with these questions."""
    inner = {parent for parent in parts.above.values() if parent is not None}
    rest: dict[str, list[Sheet]] = defaultdict(list)
    groups: list[_Group] = []
    for unit in reversed(list(parts.above)):
        own, parent = list(answers.get(unit, ())), parts.above[unit]
        if _enough(own, places):
            groups.append(_Group(unit, False, tuple(own)))
        elif unit in inner:
            rest[unit] += own
        elif parent is not None:
            rest[parent] += own
        if unit in inner and _enough(rest[unit], places):
            groups.append(_Group(unit, True, tuple(rest[unit])))
        elif unit in inner and parent is not None:
            rest[parent] += rest[unit]
    return groups


def _enough(sheets: Sequence[Sheet], places: Sequence[int]) -> bool:
    return all(sum(1 for sheet in sheets if sheet[place]) >= MINIMUM for place in places)


def _score(groups: Sequence[_Group], place: int) -> Fraction | None:
    """The mean over people, each group within the bounds that hide unanimity."""
    people, points = 0, 0
    for group in groups:
        values = list(_points(group.sheets, place))
        people += len(values)
        points += min(max(sum(values), LOWEST * len(values)), HIGHEST * len(values))
    return Fraction(points, people) if people else None


def _points(sheets: Sequence[Sheet], place: int) -> Iterator[int]:
    return (25 * (sheet[place] - 1) for sheet in sheets if sheet[place])


def _written(score: Fraction | None) -> str:
    if score is None:
        return ""
    whole = floor(score + Fraction(1, 2))
    return {LOWEST: "<=10", HIGHEST: ">=90"}.get(whole, str(whole))
