"""The store, on both databases."""

from __future__ import annotations

import pytest

from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)
