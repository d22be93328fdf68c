"""Nothing narrower than five: no figure, and nothing worked out from all figures together,
speaks of fewer people than the minimum.

The attacker has the complete release and everything there is to know about who answered; exact
numbers of people are taken as known, because whole-point scores give them away.
"""

from __future__ import annotations

import random

import numpy as np

from tests.promises.arithmetic import (
    bare_release,
    bare_threshold,
    carried_up,
    combination,
    equations,
    narrower,
    truth,
)
from tests.promises.towns import export, questionnaire, random_town, reorganised
from tests.scale import samples

ASKED = questionnaire(3, 2)
THEMES = range(2)


def test_no_combination_of_figures_speaks_of_fewer_than_the_minimum(lot: random.Random) -> None:
    near = []
    for _ in range(samples(150)):
        town = random_town(lot, ASKED, lot.choice((5, 5, 6, 7)))
        months = [town, reorganised(lot, town, "2026-12")]
        rows = export(months)

        for month in months:
            of_month = [row for row in rows if row["period"] == month.period]
            for theme in THEMES:
                found = equations(month, theme, of_month, carried_up)
                near += list(np.abs(found.left @ truth(month, theme) - found.right) <= 0.5 + 1e-9)
                assert narrower(found, month.minimum) is None

    # The attacker knows what he attacks: but for clamped ends, his equations hold.
    assert len(near) > samples(150) * 10
    assert np.mean(near) > 0.8


def test_the_same_attack_isolates_people_where_units_are_merely_hidden(lot: random.Random) -> None:
    isolated, towns = 0, samples(150)
    for _ in range(towns):
        town = random_town(lot, ASKED)
        for theme in THEMES:
            found = equations(town, theme, bare_release(town), bare_threshold)
            people = narrower(found, town.minimum)
            if people is None:
                continue
            isolated += 1
            weights = combination(found, people)
            told, true = weights @ found.right, weights @ found.left @ truth(town, theme)
            assert abs(told - true) <= 0.5 * np.abs(weights).sum() + 1e-9

    assert isolated > towns / 3
