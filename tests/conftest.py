"""One cast for all tests: a house of one's own on a fresh store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import wiring
from monitor.settings import Settings, read
from monitor.wiring import House
from tests import scale

scale.set_up()

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
"""The moment at which the tests take place."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for a store in a folder that disappears."""
    return read(
        {
            "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'teamklimaat.db'}",
            "TEAMKLIMAAT_KEYS_DIR": str(tmp_path / "state" / "keys"),
            "TEAMKLIMAAT_SECRET_FILE": str(tmp_path / "state" / "secret"),
            "TEAMKLIMAAT_ORGANISATION_NAME": "Gemeente Waterrijk",
        }
    )


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """A migrated, empty store with its key folder and secret."""
    made = wiring.build(settings)
    wiring.use(made)
    yield made
    wiring.use(None)
    made.engine.dispose()


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests take place."""
    return NOW
