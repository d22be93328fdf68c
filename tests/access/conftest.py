"""An organisation of three teams to give roles in."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.wiring import House

TREE = Tree(
    (
        Unit("waterrijk", None, "Gemeente Waterrijk"),
        Unit("werk", "waterrijk", "Werk en inkomen"),
        Unit("werk-noord", "werk", "Werk Noord"),
        Unit("werk-zuid", "werk", "Werk Zuid"),
        Unit("jeugd", "waterrijk", "Jeugd"),
        Unit("jeugd-oost", "jeugd", "Jeugd Oost"),
    )
)


@pytest.fixture
def tree() -> Tree:
    """The organisation, not stored."""
    return TREE


@pytest.fixture
def peopled(house: House, now: datetime) -> House:
    """A house in which the organisation has been read."""
    import_tree(house.engine, TREE, "cli", now)
    return house
