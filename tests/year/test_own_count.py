"""The count of our own sees a single answer too many, too few, or in another team."""

from __future__ import annotations

from tests.promises import towns
from tests.year import own_count
from tests.year.own_count import Parts

PARTS = Parts({"stad": None, "oost": "stad", "west": "stad"})
QUESTIONS = towns.questionnaire(1)
SIX = [(4,)] * 6


def figures(**answers: list[tuple[int]]) -> own_count.Expected:
    return own_count.figures(PARTS, QUESTIONS, answers)


def test_it_is_the_rule_by_hand() -> None:
    counted = figures(oost=[*SIX, (1,)], west=[(2,)] * 4)

    assert counted["oost", "theme", "t0"] == "64"  # (6 × 75 + 0) / 7 = 64.3
    assert counted["west", "theme", "t0"] == ""
    assert counted["stad", "theme", "t0"] == "64"  # the four of west are in no figure
    assert figures(oost=SIX, west=[(5,)] * 5)["west", "question", "t0q0"] == ">=90"


def test_one_answer_more_less_or_elsewhere_shows() -> None:
    before = figures(oost=SIX, west=SIX)

    assert figures(oost=[*SIX, (1,)], west=SIX) != before
    assert figures(oost=[*SIX[:5], (3,)], west=SIX) != before
    assert figures(oost=[*SIX, (2,)], west=SIX[:5]) != figures(oost=SIX, west=[*SIX[:5], (2,)])
