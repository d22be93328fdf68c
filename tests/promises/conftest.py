"""What the attacks share: a source of chance, a luisteraar, and a look at the disk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from monitor import clock
from monitor.context import AppContext, build_context
from monitor.klaagmuur import reading, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.vents import Draft
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests.postgres import Cluster
from tests.promises import canary, theft
from tests.promises.theft import Disk
from tests.scale import SOAK
from tests.stores import BOTH, SQLITE, settings_in


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on both databases, unless it names the databases it is about."""
    marks = metafunc.definition.iter_markers("parametrize")
    parametrized = any("store" in mark.args[0] for mark in marks)
    if "store" in metafunc.fixturenames and not parametrized:
        metafunc.parametrize("store", BOTH)


@contextmanager
def installation(request: pytest.FixtureRequest, folder: Path) -> Iterator[AppContext]:
    """An empty installation in `folder`, on the database that the fixture's parameter names."""
    with ExitStack() as stack:
        settings = settings_in(folder)
        if request.param != SQLITE:
            cluster: Cluster = request.getfixturevalue("postgresql")
            settings = settings_in(folder, stack.enter_context(cluster.database()))
        context = build_context(settings)
        stack.callback(context.engine.dispose)
        yield context


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Repeatable chance; under ``make soak`` it depends on the seed that was asked for."""
    seed = request.config.getoption("--hypothesis-seed", None) if SOAK > 1 else None
    return random.Random(f"{request.node.name} {seed or 1}")


@pytest.fixture
def noor(context: AppContext) -> canary.Listener:
    """A luisteraar to write to."""
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
    """Reads everything the database has on disk at the moment of the call, by path."""

    def read() -> dict[str, bytes]:
        if store == SQLITE:
            file = context.settings.database_file
            assert file is not None
            return theft.files_in(file.parent)
        cluster: Cluster = request.getfixturevalue("postgresql")
        return cluster.on_disk(context.settings.database_url)

    return read
