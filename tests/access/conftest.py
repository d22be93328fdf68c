"""An organisation of three teams to give roles in."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests import steps

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
def peopled(context: AppContext, now: datetime) -> AppContext:
    """A context in whose store the organisation is."""
    steps.take(context, (TREE, now), lambda: import_tree(context.engine, TREE, "cli", now))
    return context
