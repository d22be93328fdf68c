"""What the attacks share: a source of chance, a luisteraar, and a look at the disk."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from monitor import clock
from monitor.context import AppContext, build_context, use_context
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


T = TypeVar("T")


@dataclass(frozen=True)
class Original:
    """An installation to copy."""

    folder: Path
    database_url: str
    """Empty for a store in the folder."""
    filled: Any
    """What filling it returned."""


class CopyOf(Protocol):
    """Gives a test a copy of an installation that was filled once for all tests of its file."""

    def __call__(self, fill: Callable[[AppContext], T]) -> tuple[AppContext, T]:
        """The copy, which is the current context until the test ends, and what `fill` returned."""


@pytest.fixture(scope="module")
def originals() -> Iterator[tuple[dict[tuple[str, object], Original], ExitStack]]:
    """What the tests of a file have filled so far, by database and function that fills it."""
    with ExitStack() as stack:
        yield {}, stack


@pytest.fixture
def copy_of(
    originals: tuple[dict[tuple[str, object], Original], ExitStack],
    store: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[CopyOf]:
    """Fills an installation for the first test that asks, and copies it for each."""
    once_per_folder, until_the_end = originals

    def database(stack: ExitStack, like: str = "") -> str:
        if store == SQLITE:
            return ""
        cluster: Cluster = request.getfixturevalue("postgresql")
        return stack.enter_context(cluster.database(like=like))

    with ExitStack() as stack:

        def copy_of(fill: Callable[[AppContext], Any]) -> tuple[AppContext, Any]:
            if (store, fill) not in once_per_folder:
                folder, url = tmp_path_factory.mktemp("original"), database(until_the_end)
                context = build_context(settings_in(folder, url))
                try:
                    once_per_folder[store, fill] = Original(folder, url, fill(context))
                finally:
                    context.engine.dispose()
            original = once_per_folder[store, fill]
            shutil.copytree(original.folder, tmp_path, dirs_exist_ok=True)
            url = database(stack, original.database_url)
            context = build_context(settings_in(tmp_path, url))
            stack.callback(context.engine.dispose)
            stack.callback(use_context, None)
            use_context(context)
            return context, original.filled

        yield copy_of


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
