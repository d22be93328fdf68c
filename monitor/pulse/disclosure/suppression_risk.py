"""How often a team's figures will be suppressed because of its size: known before the first round.

The numbers of people who answer are taken as binomial.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import comb

from monitor.organisation.tree import Tree
from monitor.pulse.questionnaire import Questionnaire

USUAL_RESPONSE = 0.74
"""The share of a team that answers in an ordinary month."""
USUALLY_SKIPPED = 0.03
"""The share of questions that people leave open."""
LARGE = 20
"""In teams larger than this many times the minimum the risk is negligible."""
OFTEN = 0.25
"""From three months a year on, a team should know beforehand."""


@dataclass(frozen=True, slots=True)
class SuppressionRisk:
    """The risk of one unit, of the people in the unit itself (not beneath it)."""

    unit: str
    name: str
    depth: int
    people: int
    chance: float
    """Of a month in which a theme has no figures of the unit's own."""

    @property
    def never(self) -> bool:
        """Whether the unit is too small to ever have figures."""
        return self.chance >= 1

    @property
    def often(self) -> bool:
        """Whether it happens so often that the team should know beforehand."""
        return self.chance >= OFTEN

    @property
    def months(self) -> int:
        """About how many months a year it happens: a chance of 0.39 is 5."""
        return round(12 * self.chance)


def suppression_risks(
    tree: Tree, people: Mapping[str, int], minimum: int, questionnaire: Questionnaire
) -> tuple[SuppressionRisk, ...]:
    """The risk of each open unit in which people answer, in tree order.

    Parameters
    ----------
    people
        How many per unit; units without anybody may be left out.
    minimum
        The fewest answers behind a figure.
    questionnaire
        Its longest theme is the one that most often has too few answers.
    """
    questions = max(len(theme.questions) for theme in questionnaire.themes)
    return tuple(
        SuppressionRisk(
            unit.key,
            unit.name,
            tree.depth(unit.key),
            people[unit.key],
            suppression_chance(people[unit.key], minimum, questions),
        )
        for unit in tree.open_units
        if people.get(unit.key)
    )


@cache
def suppression_chance(
    people: int,
    minimum: int,
    questions: int,
    response: float = USUAL_RESPONSE,
    skipped: float = USUALLY_SKIPPED,
) -> float:
    """The chance that a theme of `questions` questions has no figures of the team's own.

    It has figures only when every question of it has `minimum` answers. People are taken to
    answer independently of each other, and independently per question; in a team where people
    follow one another, figures are suppressed more often.

    Examples
    --------
    >>> suppression_chance(4, 5, 3)
    1.0
    >>> round(suppression_chance(7, 5, 3), 2), round(suppression_chance(12, 5, 3), 2)
    (0.39, 0.01)
    """
    people = min(people, LARGE * minimum)  # more people only make it rarer still
    shown = sum(
        _exactly(respondents, people, response)
        * _at_least(minimum, respondents, 1 - skipped) ** questions
        for respondents in range(minimum, people + 1)
    )
    return max(0.0, 1.0 - shown)


def _at_least(successes: int, trials: int, chance: float) -> float:
    return sum(_exactly(number, trials, chance) for number in range(successes, trials + 1))


def _exactly(successes: int, trials: int, chance: float) -> float:
    return comb(trials, successes) * chance**successes * (1 - chance) ** (trials - successes)
