"""What the attacks share: one source of chance, the same every time unless soaking."""

from __future__ import annotations

import random

import pytest

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
