"""Nothing narrower than five: no figure, and no combination of figures, is about fewer people than
the minimum.

The attacker has the complete release and knows who answered which questions; exact numbers of
people are taken as known, because whole-point scores give them away.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from monitor.bands import band, response_band
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.disclosure.rounding import is_low_response
from tests.promises.linear_attack import (
    atoms,
    bare_release,
    bare_threshold,
    carried_up,
    combination,
    equations,
    narrower,
    truth,
)
from tests.promises.towns import Town, export, questionnaire, random_town, reorganised
from tests.scale import samples

TWO_THEMES = questionnaire(3, 2)
THEMES = range(2)
ONE_QUESTION = questionnaire(1)


@pytest.mark.slow
def test_no_combination_of_figures_speaks_of_fewer_than_the_minimum(rng: random.Random) -> None:
    near = []
    for _ in range(samples(100)):
        town = random_town(rng, TWO_THEMES, rng.choice((5, 5, 6, 7)))
        months = [town, reorganised(rng, town, "2026-12")]
        rows = export(months)

        for month in months:
            of_month = [row for row in rows if row["period"] == month.period]
            for theme in THEMES:
                system = equations(month, theme, of_month, carried_up)
                near += list(np.abs(system.left @ truth(month, theme) - system.right) <= 0.5 + 1e-9)
                assert narrower(system, month.minimum) is None

    # The attacker's model is right: except for clamped scores, his equations hold.
    assert len(near) > samples(100) * 10
    assert np.mean(near) > 0.6


@pytest.mark.slow
def test_the_same_attack_isolates_people_where_units_are_merely_hidden(rng: random.Random) -> None:
    isolated, towns = 0, samples(50)
    for _ in range(towns):
        town = random_town(rng, TWO_THEMES)
        for theme in THEMES:
            system = equations(town, theme, bare_release(town), bare_threshold)
            people = narrower(system, town.minimum)
            if people is None:
                continue
            isolated += 1
            weights = combination(system, people)
            derived, true = weights @ system.right, weights @ system.left @ truth(town, theme)
            assert abs(derived - true) <= 0.5 * np.abs(weights).sum() + 1e-9

    assert isolated > towns / 3


@pytest.mark.slow
def test_an_insider_who_knows_his_own_answers_is_left_with_one_fewer(rng: random.Random) -> None:
    left_with_four = 0
    for _ in range(samples(60)):
        town = random_town(rng, TWO_THEMES)
        if not town.sheets:
            continue
        insider = rng.randrange(len(town.sheets))
        rows = export([town])
        for theme in THEMES:
            system = equations(town, theme, rows, carried_up)
            columns = slice(insider * system.block, (insider + 1) * system.block)
            system = replace(system, left=np.delete(system.left, columns, axis=1))
            assert narrower(system, town.minimum - 1) is None
            left_with_four += narrower(system, town.minimum) is not None

    assert left_with_four


@pytest.mark.slow
def test_who_of_an_atom_gave_which_answers_makes_no_difference(rng: random.Random) -> None:
    moved = 0
    for _ in range(samples(100)):
        town = random_town(rng, TWO_THEMES)
        other = _exchanged(rng, town)
        moved += other != town
        assert export([other]) == export([town])

    assert moved > samples(100) / 2


def test_where_units_are_merely_hidden_it_does_make_a_difference(rng: random.Random) -> None:
    towns = [random_town(rng, TWO_THEMES) for _ in range(samples(100))]

    assert any(bare_release(_exchanged(rng, town)) != bare_release(town) for town in towns)


@pytest.mark.slow
def test_what_was_dropped_leaves_no_trace_not_even_that_it_was_there(rng: random.Random) -> None:
    tried = 0
    for _ in range(samples(100)):
        town = random_town(rng, ONE_QUESTION)
        kept = {p for unit_atoms in atoms(town, (0,)).values() for atom in unit_atoms for p in atom}
        dropped = [p for p in range(len(town.sheets)) if p not in kept]
        without = town.answering(s for p, s in enumerate(town.sheets) if p not in dropped)
        tried += bool(dropped)
        assert export([without]) == export([town])

    assert tried > samples(100) / 5


def test_no_band_tells_that_everybody_or_nearly_everybody_answered() -> None:
    for invited in range(1, 400):
        bands = {_band_and_caution(people, invited) for people in range(invited - 2, invited + 1)}
        assert len(bands) == 1 or invited < 7, invited
        assert invited >= 7 or bands == {("", False)}


def test_bands_that_do_not_know_how_many_were_invited_tell_it() -> None:
    """The control: bands of before, on which "10 tot en met 14, op 10 uitgenodigde" was read."""
    assert (band(10), band(9)) == ("10-14", "5-9")


def _band_and_caution(people: int, invited: int) -> tuple[str, bool]:
    shown = response_band(people, invited) if people >= 5 else None
    return (shown.name if shown else "", is_low_response(shown, invited))


def _exchanged(rng: random.Random, town: Town) -> Town:
    """The town in which people of the same atom exchanged their answers, theme by theme.

    Only people who skipped the same questions exchange: the attacker knows who skipped what.
    """
    answers = [list(sheet.answers) for sheet in town.sheets]
    for places in town.shape.themes:
        for atom in (atom for unit_atoms in atoms(town, places).values() for atom in unit_atoms):
            alike: dict[tuple[bool, ...], list[int]] = {}
            for person in sorted(atom):
                pattern = tuple(town.sheets[person].answers[q] > 0 for q in places)
                alike.setdefault(pattern, []).append(person)
            for people in alike.values():
                for person, other in zip(people, rng.sample(people, len(people)), strict=True):
                    for question in places:
                        answers[person][question] = town.sheets[other].answers[question]
    return town.answering(
        AnswerSheet(sheet.unit, tuple(pattern))
        for sheet, pattern in zip(town.sheets, answers, strict=True)
    )
