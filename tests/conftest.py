"""Fixtures for all tests: an installation on an empty store, and what runs beside it."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from monitor import clock
from monitor.access import passphrase
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context, use_context
from monitor.scheduler import process_clock
from monitor.scheduler.clock_guard import ClockGuard
from monitor.store import engine
from monitor.store.engine import PRAGMAS
from monitor.web.account import hashing
from tests import fork_server, postgres, scale
from tests.fork_server import ForkServer
from tests.marks import pytest_collection_modifyitems, pytest_runtest_protocol
from tests.postgres import Cluster
from tests.stores import SQLITE, settings_in, sqlite_url
from tests.tally import pytest_runtest_logreport, pytest_terminal_summary, tally

__all__ = [
    "pytest_collection_modifyitems",
    "pytest_runtest_logreport",
    "pytest_runtest_protocol",
    "pytest_terminal_summary",
    "tally",
]

scale.set_up()

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
"""The moment at which the tests take place."""


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end: the modules and the tests themselves.

    It would look through all of it again every few tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A running PostgreSQL; ends the test where it is not installed."""
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer]:
    """Starts servers in a fraction of the time that importing everything takes."""
    with fork_server.started() as forks:
        yield forks


@pytest.fixture(scope="session", autouse=True)
def components_are_searched_once() -> Iterator[None]:
    """Let Streamlit search all installed packages for components once, not for every page."""
    if "streamlit.testing.v1.app_test" not in sys.modules:
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        search = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Let the engines of all tests share their compiled statements; most tests open a store.

    Two dialects of a kind are then the same key; all stores of a kind here have one version and
    the same options.
    """
    shared = {"compiled_cache": LRUCache(5_000)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
        patch.setattr(DefaultDialect, "__eq__", lambda dialect, other: type(dialect) is type(other))
        patch.setattr(engine, "create_engine", partial(create_engine, execution_options=shared))
        yield


@pytest.fixture
def store() -> str:
    """The kind of database: SQLite, unless a folder or a test parametrizes this fixture."""
    return SQLITE


@pytest.fixture
def database_url(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an unused store."""
    if store == SQLITE:
        yield sqlite_url(tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    template = postgres.TEMPLATE
    if "prepared" in request.fixturenames:
        shutil.copytree(
            request.getfixturevalue("prepared_postgresql"), tmp_path, dirs_exist_ok=True
        )
        template = postgres.PREPARED
    with cluster.database(template=template) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings for a temporary store, with keys and secret in a temporary folder."""
    return settings_in(tmp_path, database_url)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation on an empty SQLite store, to copy: making one takes longer."""
    folder = tmp_path_factory.mktemp("prepared")
    build_context(settings_in(folder)).engine.dispose()
    return folder


@pytest.fixture(scope="session")
def prepared_postgresql(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `prepared`, on PostgreSQL: the keys and the secret that belong to the database to copy."""
    folder = tmp_path_factory.mktemp("prepared-postgresql")
    with postgresql.database() as url:
        build_context(settings_in(folder, url)).engine.dispose()
        postgresql.keep(url, postgres.PREPARED)
    return folder


@pytest.fixture
def context(settings: Settings, prepared: Path, tmp_path: Path) -> Iterator[AppContext]:
    """A migrated, empty store with its key folder and secret."""
    file = settings.database_file
    if file is not None and file.is_relative_to(tmp_path) and not file.exists():
        shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    built = build_context(settings)
    use_context(built)
    yield built
    use_context(None)
    built.engine.dispose()


@pytest.fixture(autouse=True)
def insecure_quick_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash and refuse passphrases in no time, unless the test is marked ``real_hashing``."""
    passphrase._decoy.cache_clear()
    if request.node.get_closest_marker("real_hashing") is None:
        quick = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
        monkeypatch.setattr(passphrase, "_hasher", quick)
        monkeypatch.setattr(hashing, "STEP", 0.01)


@pytest.fixture(autouse=True)
def unsafe_quick_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: what this process writes in a test need not survive a power cut.

    Servers and commands in processes of their own do wait.
    """
    if request.node.get_closest_marker("real_disk") is None:
        monkeypatch.setattr(os, "fsync", lambda _handle: None)
        monkeypatch.setattr(os, "fdatasync", lambda _handle: None)
        monkeypatch.setitem(PRAGMAS, "synchronous", 0)


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests take place."""
    return NOW


@pytest.fixture
def no_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock runs on from NOW: for what reads it more than once, or takes a year for granted.

    The clock guard of this process has seen the true date, and would not trust another.
    """
    begun = time.monotonic()
    monkeypatch.setattr(
        clock, "now", lambda: NOW + timedelta(seconds=int(time.monotonic() - begun))
    )
    monkeypatch.setattr(process_clock, "guard", ClockGuard())
