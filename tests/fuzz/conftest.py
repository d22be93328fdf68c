"""Everything there is to send something to, on both databases."""

from __future__ import annotations

import pytest

from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data: what one takes in without a word the other may refuse."""
    return str(request.param)
