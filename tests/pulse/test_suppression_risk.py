"""How often a team's figures are suppressed: against a simulation, and its properties."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.folders import DEFAULTS
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.disclosure.suppression_risk import (
    USUAL_RESPONSE,
    USUALLY_SKIPPED,
    suppression_chance,
    suppression_risks,
)
from monitor.pulse.questionnaire import load

TRIES = 20_000


@pytest.mark.slow
@pytest.mark.parametrize("people", [5, 6, 8, 11])
def test_the_chance_agrees_with_a_simulation(people: int) -> None:
    generator = random.Random(people)
    suppressed = 0
    for _ in range(TRIES):
        respondents = sum(generator.random() < USUAL_RESPONSE for _ in range(people))
        answers = [
            sum(generator.random() >= USUALLY_SKIPPED for _ in range(respondents)) for _ in range(3)
        ]
        suppressed += min(answers) < 5

    assert suppression_chance(people, 5, 3) == pytest.approx(suppressed / TRIES, abs=0.015)


@pytest.mark.slow
@given(st.integers(0, 60), st.integers(5, 12), st.integers(1, 5))
def test_more_people_never_raise_the_chance_and_a_higher_minimum_never_lowers_it(
    people: int, minimum: int, questions: int
) -> None:
    chance = suppression_chance(people, minimum, questions)

    assert 0 <= chance <= 1
    assert suppression_chance(people + 1, minimum, questions) <= chance + 1e-12
    assert suppression_chance(people, minimum + 1, questions) >= chance - 1e-12
    assert (chance == 1) == (people < minimum)


def test_the_chance_of_a_very_large_team_is_computed_quickly() -> None:
    assert suppression_chance(5000, 5, 3) < 1e-9


def test_which_teams_are_warned_about_follows_from_their_size() -> None:
    tree = Tree(
        (
            Unit("stad", None, "Stad"),
            *(Unit(str(n), "stad", f"Team {n}") for n in (4, 7, 8, 12)),
            Unit("dicht", "stad", "Dicht", closed=True),
        )
    )
    questionnaire = load(DEFAULTS / "questionnaire.toml")
    people = {"4": 4, "7": 7, "8": 8, "12": 12, "dicht": 3}

    risks = suppression_risks(tree, people, 5, questionnaire)

    assert [risk.unit for risk in risks] == ["4", "7", "8", "12"]
    assert [(risk.never, risk.often) for risk in risks] == [
        (True, True),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert [risk.months for risk in risks] == [12, 5, 3, 0]
