"""How often a team is too small: against trying it out, and against the obvious."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.folders import DEFAULTS
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.disclosure import binomial, suppression_risk
from monitor.pulse.questionnaire import load

TRIES = 20_000


@pytest.mark.parametrize("people", [5, 6, 8, 11])
def test_the_chance_is_what_trying_it_out_gives(people: int) -> None:
    lot = random.Random(people)
    unseen = 0
    for _ in range(TRIES):
        came = sum(lot.random() < binomial.USUAL_RESPONSE for _ in range(people))
        answered = [
            sum(lot.random() >= binomial.USUALLY_SKIPPED for _ in range(came)) for _ in range(3)
        ]
        unseen += min(answered) < 5

    assert binomial.unseen(people, 5, 3) == pytest.approx(unseen / TRIES, abs=0.015)


@given(st.integers(0, 60), st.integers(5, 12), st.integers(1, 5))
def test_more_people_never_make_it_worse_and_a_higher_minimum_never_better(
    people: int, minimum: int, questions: int
) -> None:
    chance = binomial.unseen(people, minimum, questions)

    assert 0 <= chance <= 1
    assert binomial.unseen(people + 1, minimum, questions) <= chance + 1e-12
    assert binomial.unseen(people, minimum + 1, questions) >= chance - 1e-12
    assert (chance == 1) == (people < minimum)


def test_a_town_hall_is_no_trouble_to_work_out() -> None:
    assert binomial.unseen(5000, 5, 3) < 1e-9


def test_who_is_warned_of_follows_from_the_size() -> None:
    tree = Tree(
        (
            Unit("stad", None, "Stad"),
            *(Unit(str(n), "stad", f"Team {n}") for n in (4, 7, 8, 12)),
            Unit("dicht", "stad", "Dicht", closed=True),
        )
    )
    asked = load(DEFAULTS / "questionnaire.toml")
    people = {"4": 4, "7": 7, "8": 8, "12": 12, "dicht": 3}

    found = suppression_risk.suppression_risks(tree, people, 5, asked)

    assert [one.unit for one in found] == ["4", "7", "8", "12"]
    assert [(one.never, one.often) for one in found] == [
        (True, True),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert [one.months for one in found] == [12, 5, 3, 0]
