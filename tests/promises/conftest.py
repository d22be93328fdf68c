"""What the attacks share: one source of chance, the same every time unless soaking."""

from __future__ import annotations

import random

import pytest

from monitor import clock
from monitor.klaagmuur import reading, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.vents import Draft
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.wiring import House
from tests.promises import canary
from tests.scale import SOAK
from tests.stores import BOTH, SQLITE


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both databases; but only SQLite where a test looks into its file, byte by byte."""
    if "store" in metafunc.fixturenames:
        looks_inside = metafunc.definition.get_closest_marker("one_file")
        metafunc.parametrize("store", (SQLITE,) if looks_inside else BOTH)


@pytest.fixture
def lot(request: pytest.FixtureRequest) -> random.Random:
    """Chance that can be repeated: under ``make soak`` it follows the seed asked for."""
    seed = request.config.getoption("--hypothesis-seed", None) if SOAK > 1 else None
    return random.Random(f"{request.node.name} {seed or 1}")


@pytest.fixture
def noor(house: House) -> canary.Listener:
    """The luisteraar."""
    return canary.enrol(house, "Noor", clock.now())


@pytest.fixture
def town(house: House, noor: canary.Listener) -> House:
    """An organisation, and a vent that was read and answered."""
    tree = Tree((Unit("stad", None, "Stad"), Unit("werk", "stad", "Werk")))
    import_tree(house.engine, tree, "test", clock.now())
    vents.send(house, Draft(Vent(text=canary.TEXT), countable=True), clock.now())
    reading.reply(house, canary.only_letter(house, noor), canary.REPLY, clock.now())
    return house
