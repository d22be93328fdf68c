"""How often a team of a given size falls under the minimum: said before it happens."""

from __future__ import annotations

from functools import cache
from math import comb

USUAL_RESPONSE = 0.74
"""The share of a team that answers in an ordinary month."""
USUALLY_SKIPPED = 0.03
"""The share of questions that people leave open."""
ENOUGH = 20
"""So many times the minimum, and nobody need worry."""
OFTEN = 0.25
"""From three months a year on, a team is told to expect it."""


@cache
def unseen(
    people: int,
    minimum: int,
    questions: int,
    response: float = USUAL_RESPONSE,
    skipped: float = USUALLY_SKIPPED,
) -> float:
    """The chance that a theme of `questions` questions gets no figures of the team's own.

    It has them only when every question of it has `minimum` answers. Everybody is taken to
    answer by a chance of their own, and each question too: a team in which people follow one
    another falls under the minimum more often.

    Examples
    --------
    >>> unseen(4, 5, 3)
    1.0
    >>> round(unseen(7, 5, 3), 2), round(unseen(12, 5, 3), 2)
    (0.39, 0.01)
    """
    people = min(people, ENOUGH * minimum)  # more only makes it rarer still
    seen = sum(
        _exactly(came, people, response) * _at_least(minimum, came, 1 - skipped) ** questions
        for came in range(minimum, people + 1)
    )
    return max(0.0, 1.0 - seen)


def months_a_year(chance: float) -> int:
    """A chance a month as whole months a year: 0.39 is 5."""
    return round(12 * chance)


def _at_least(wanted: int, tries: int, chance: float) -> float:
    return sum(_exactly(times, tries, chance) for times in range(wanted, tries + 1))


def _exactly(times: int, tries: int, chance: float) -> float:
    return comb(tries, times) * chance**times * (1 - chance) ** (tries - times)
