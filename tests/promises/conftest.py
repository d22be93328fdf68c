"""What the attacks share: one source of chance, the same every time unless soaking."""

from __future__ import annotations

import random

import pytest

from tests.scale import SOAK


@pytest.fixture
def lot(request: pytest.FixtureRequest) -> random.Random:
    """Chance that can be repeated: under ``make soak`` it follows the seed asked for."""
    seed = request.config.getoption("--hypothesis-seed", None) if SOAK > 1 else None
    return random.Random(f"{request.node.name} {seed or 1}")
