"""What the attacks share: one source of chance, the same every time unless soaking."""

from __future__ import annotations

import random

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import reading, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.vents import Draft
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests.postgres import Cluster
from tests.promises import canary, theft
from tests.promises.theft import Disk
from tests.scale import SOAK
from tests.stores import BOTH, SQLITE


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both databases, but where a test says that it is about one of them."""
    marks = metafunc.definition.iter_markers("parametrize")
    said = any("store" in mark.args[0] for mark in marks)
    if "store" in metafunc.fixturenames and not said:
        metafunc.parametrize("store", BOTH)


@pytest.fixture
def lot(request: pytest.FixtureRequest) -> random.Random:
    """Chance that can be repeated: under ``make soak`` it follows the seed asked for."""
    seed = request.config.getoption("--hypothesis-seed", None) if SOAK > 1 else None
    return random.Random(f"{request.node.name} {seed or 1}")


@pytest.fixture
def noor(context: AppContext) -> canary.Listener:
    """The luisteraar."""
    return canary.enrol(context, "Noor", clock.now())


@pytest.fixture
def town(context: AppContext, noor: canary.Listener) -> AppContext:
    """An organisation, and a vent that was read and answered."""
    tree = Tree((Unit("stad", None, "Stad"), Unit("werk", "stad", "Werk")))
    import_tree(context.engine, tree, "test", clock.now())
    vents.send(context, Draft(Vent(text=canary.TEXT), countable=True), clock.now())
    reading.reply(context, canary.only_letter(context, noor), canary.REPLY, clock.now())
    return context


@pytest.fixture
def disk(context: AppContext, store: str, request: pytest.FixtureRequest) -> Disk:
    """Everything the database has on disk at the moment it is asked, by path."""

    def look() -> dict[str, bytes]:
        if store == SQLITE:
            file = context.settings.database_file
            assert file is not None
            return theft.files_in(file.parent)
        cluster: Cluster = request.getfixturevalue("postgresql")
        return cluster.on_disk(context.settings.database_url)

    return look
