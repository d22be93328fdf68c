"""An installation of November 2026, opened with the program of today."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.config.settings import Settings, read
from monitor.context import AppContext, build_context
from monitor.klaagmuur import luisteraars, readers
from monitor.klaagmuur.envelope import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from tests.frozen.november import EXPECTED, FOLDER

Reader = Callable[[str], tuple[Luisteraar, ReaderKey]]


def private(folder: Path) -> None:
    """Let only the owner read key folder and secret, as the program makes them: git forgets."""
    (folder / "keys").chmod(0o700)
    for file in (folder / "secret", *(folder / "keys").iterdir()):
        file.chmod(0o600)


def settings_in(folder: Path, database_url: str = "", **more: str) -> Settings:
    """Settings for the copy in `folder`, or for another store with its keys and its secret."""
    return read(
        {
            "TEAMKLIMAAT_DATABASE_URL": database_url or f"sqlite:///{folder / 'teamklimaat.db'}",
            "TEAMKLIMAAT_KEYS_DIR": str(folder / "keys"),
            "TEAMKLIMAAT_SECRET_FILE": str(folder / "secret"),
            "TEAMKLIMAAT_BASE_URL": "https://teamklimaat.eikendal.example",
            **more,
        }
    )


@contextmanager
def opened(settings: Settings) -> Iterator[AppContext]:
    """The context those settings name."""
    context = build_context(settings)
    try:
        yield context
    finally:
        context.engine.dispose()


@pytest.fixture(scope="session")
def up_to_date(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose schema is that of today: other copies need not be brought up to date again."""
    folder = tmp_path_factory.mktemp("november") / "up-to-date"
    shutil.copytree(FOLDER, folder)
    private(folder)
    with opened(settings_in(folder)):
        pass
    return folder


@pytest.fixture
def copy(up_to_date: Path, tmp_path: Path) -> Path:
    """A folder of one's own with everything in it."""
    folder = tmp_path / "november"
    shutil.copytree(up_to_date, folder)
    private(folder)
    return folder


@pytest.fixture
def own(copy: Path) -> Iterator[AppContext]:
    """A copy to change."""
    with opened(settings_in(copy)) as context:
        yield context


@pytest.fixture(scope="session")
def frozen(up_to_date: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppContext]:
    """One copy for all who only look."""
    folder = tmp_path_factory.mktemp("november") / "to-look-at"
    shutil.copytree(up_to_date, folder)
    private(folder)
    with opened(settings_in(folder)) as context:
        yield context


@pytest.fixture(scope="session")
def reader(frozen: AppContext) -> Reader:
    """A luisteraar by name, with the key as the passphrase unlocks it; each is unlocked once."""
    unlocked: dict[str, ReaderKey] = {}

    def by_name(name: str) -> tuple[Luisteraar, ReaderKey]:
        written_down = EXPECTED["luisteraars"][name]
        who = readers.find(luisteraars.everyone(frozen.engine), written_down["id"])
        assert who is not None
        if name not in unlocked:
            passphrase = written_down["key_passphrase"]
            unlocked[name] = luisteraars.unlock(frozen.engine, who, passphrase)
        return who, unlocked[name]

    return by_name
