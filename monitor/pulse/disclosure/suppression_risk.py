"""Teams by size: who will often get no figures of their own, told before the first round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.organisation.tree import Tree
from monitor.pulse.disclosure import binomial
from monitor.pulse.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class SuppressionRisk:
    """The people who answer in one unit itself, those beneath it not counted."""

    unit: str
    name: str
    depth: int
    people: int
    chance: float
    """Of a month in which a theme gets no figures of the unit's own."""

    @property
    def never(self) -> bool:
        """Whether the unit is too small to ever have them."""
        return self.chance >= 1

    @property
    def often(self) -> bool:
        """Whether it happens so often that it should be known beforehand."""
        return self.chance >= binomial.OFTEN

    @property
    def months(self) -> int:
        """About how many months a year it happens."""
        return binomial.months_a_year(self.chance)


def suppression_risks(
    tree: Tree, people: Mapping[str, int], minimum: int, asked: Questionnaire
) -> tuple[SuppressionRisk, ...]:
    """The open units in which people answer, in tree order.

    Parameters
    ----------
    people
        How many per unit; units without anybody may be left out.
    minimum
        The fewest answers behind a figure.
    asked
        The questionnaire; its longest theme is the one that most often falls short.
    """
    questions = max(len(theme.questions) for theme in asked.themes)
    return tuple(
        SuppressionRisk(
            unit.key,
            unit.name,
            tree.depth(unit.key),
            people[unit.key],
            binomial.unseen(people[unit.key], minimum, questions),
        )
        for unit in tree.open_units
        if people.get(unit.key)
    )
