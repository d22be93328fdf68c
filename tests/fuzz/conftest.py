"""Random input is sent to everything that takes input, on both databases."""

from __future__ import annotations

import pytest

from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """The kind of database; one may refuse a value that the other accepts."""
    return str(request.param)
