"""The store, on both databases."""

from __future__ import annotations

import pytest

from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)
