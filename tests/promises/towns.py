"""Simulated towns with known answers, and their complete release without a store in between.

A town is everything an attacker may know about a month, and the answers he does not know: who is
in which unit, who answered, which questions each of them skipped, and what they answered.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from monitor.climate.export_rows import COLUMNS, rows
from monitor.climate.results import Results, assemble
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.pulse.count.sealing import Sealed, seal
from monitor.pulse.disclosure.release import ScoreColumns, SealedMonth, release
from monitor.pulse.questionnaire import Question, Questionnaire, Theme

Row = dict[str, str]
"""One line of the export."""


def questionnaire(*sizes: int) -> Questionnaire:
    """A questionnaire of themes with these numbers of questions: ``t0`` with ``t0q0``, ``t0q1``…"""
    return Questionnaire(
        "1",
        tuple({"nl": str(answer)} for answer in range(1, 6)),
        tuple(
            Theme(
                f"t{place}",
                {"nl": f"t{place}"},
                tuple(Question(f"t{place}q{q}", {"nl": f"t{place}q{q}"}) for q in range(size)),
            )
            for place, size in enumerate(sizes)
        ),
    )


@dataclass(frozen=True)
class Town:
    """One month. ``parents`` has the place of each unit's parent, -1 for the root, parents before
    children; ``sheets`` has one sheet per person who answered."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    invited: tuple[int, ...]
    sheets: tuple[AnswerSheet, ...]
    questions: Questionnaire
    minimum: int = 5
    period: str = "2026-11"

    @property
    def shape(self) -> CountingScheme:
        """The counting scheme of the sheets."""
        return CountingScheme.of(self.parents, self.questions)

    @property
    def tree(self) -> Tree:
        """The organisation."""
        return Tree(
            tuple(
                Unit(name, self.names[parent] if parent >= 0 else None, name)
                for name, parent in zip(self.names, self.parents, strict=True)
            )
        )

    def answering(self, sheets: Iterable[AnswerSheet]) -> Town:
        """The same town with other answers."""
        return replace(self, sheets=tuple(sheets))


def sealed(town: Town) -> Sealed:
    """Everything that is stored of a month."""
    return seal(count(town.sheets, town.shape), town.shape, town.minimum)


def released(town: Town) -> SealedRelease:
    """The release of a month, made by the program's own code."""
    kept, questions, themes = sealed(town), town.questions, town.shape.themes
    cells = [
        (a.unit, a.pool, place, n, points)
        for a in kept.atoms
        for place, n, points in zip(themes[a.theme], a.n, a.points, strict=True)
    ]
    columns = np.array(cells, np.int64).reshape(-1, 5).T
    month = SealedMonth(
        period=town.period,
        units=town.names,
        parents=town.parents,
        invited=town.invited,
        issued=town.invited,
        themes=themes,
        atoms=ScoreColumns(columns[0], columns[1].astype(np.bool_), *columns[2:]),
        category_counts=kept.category_counts,
        within_variances=kept.within_variances,
    )
    return SealedRelease(release(month), town.tree, questions, {})


def complete_release(towns: Sequence[Town]) -> Results:
    """The complete release of these months, oldest first."""
    return assemble([released(town) for town in towns])


def export(towns: Sequence[Town]) -> list[Row]:
    """What ``results export`` writes of these months."""
    written = rows(complete_release(towns).rows())
    return [dict(zip(COLUMNS, map(str, row), strict=True)) for row in written]


def random_town(rng: random.Random, questions: Questionnaire, minimum: int = 5) -> Town:
    """A town in which hard cases are common: units near the minimum, deep and flat trees, many
    skipped questions or none, unanimous teams, and teams with one dissenter."""
    units = rng.randint(1, 12)
    parents = [
        -1,
        *(rng.randrange(max(0, unit - rng.choice((2, 9))), unit) for unit in range(1, units)),
    ]
    skipping = rng.choice((0.0, 0.03, 0.3))
    sheets: list[AnswerSheet] = []
    invited: list[int] = []
    for unit in range(units):
        people = rng.choice((0, 1, 2, 3, minimum - 1, minimum, minimum + 1, rng.randint(6, 24)))
        invited.append(people + rng.randint(0, 3) if people else rng.choice((0, 4)))
        one_mind, dissenter = rng.random() < 0.3, rng.random() < 0.5
        common, level = rng.randint(1, 5), rng.random()
        for person in range(people):
            answers = [
                _answer(
                    rng,
                    skipping,
                    level,
                    0 if not one_mind or (dissenter and not person) else common,
                )
                for _ in questions.questions
            ]
            sheets.append(AnswerSheet(unit, tuple(answers)))
    names = tuple(f"u{unit}" for unit in range(units))
    return Town(names, tuple(parents), tuple(invited), tuple(sheets), questions, minimum)


def reorganised(rng: random.Random, town: Town, period: str) -> Town:
    """The same people a month later, with other answers and another tree."""
    units = len(town.parents)
    parents = (-1, *(rng.randrange(unit) for unit in range(1, units)))
    sheets = tuple(
        AnswerSheet(sheet.unit, tuple(a and rng.randint(1, 5) for a in sheet.answers))
        for sheet in town.sheets
        if rng.random() < 0.9
    )
    return replace(town, parents=parents, sheets=sheets, period=period)


def _answer(rng: random.Random, skipping: float, level: float, common: int) -> int:
    if rng.random() < skipping:
        return 0
    return common or 1 + sum(rng.random() < level for _ in range(4))
