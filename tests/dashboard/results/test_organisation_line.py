"""The organisation beside a team tells of no few others, whatever whoever looks sees of them."""

from __future__ import annotations

import pytest

from monitor.climate.results import Results
from monitor.dashboard.results.organisation_line import organisation_line
from monitor.pulse.ballot.envelope import AnswerSheet
from tests.promises.towns import Town, complete_release, questionnaire

TEAMS = tuple(f"t{number}" for number in range(12))
PEOPLE = 6


@pytest.fixture(scope="module")
def released() -> Results:
    """A month of twelve teams, half of each of which answers 2 and half 4."""
    town = Town(
        names=("stad", *TEAMS),
        parents=(-1, *(0 for _ in TEAMS)),
        invited=(0, *(PEOPLE for _ in TEAMS)),
        sheets=tuple(
            AnswerSheet(place, (2 + 2 * (person % 2),))
            for place in range(1, len(TEAMS) + 1)
            for person in range(PEOPLE)
        ),
        questions=questionnaire(1),
    )
    return complete_release([town])


@pytest.mark.parametrize(("led", "shown"), [(1, True), (4, True), (5, False), (12, False)])
def test_teams_that_one_leads_are_no_other_teams(released: Results, led: int, shown: bool) -> None:
    """Whoever leads ten of twelve takes them out of the whole, and has the two that are left."""
    line = organisation_line(released, "t0", "t0", TEAMS[:led])
    assert bool(line) is shown
    # The control: counted for one team at a time, as it was.
    assert organisation_line(released, "t0", "t0", ())


def test_the_whole_has_nothing_beside_itself(released: Results) -> None:
    assert organisation_line(released, "stad", "t0", ()) == ()
