"""Settings that lay elsewhere in an earlier version are found, also those in an older backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.klaagmuur import access_word
from monitor.operations import restore
from monitor.store import stored_settings
from monitor.store.engine import open_store, reading, writing
from monitor.store.migrate import MIGRATIONS, latest
from tests.postgres import EMPTY, Cluster
from tests.stores import BOTH, SQLITE

WORD = "blauwe 'lepel' – é"
EARLIER = {
    "access_word": WORD,
    "last_mail": "2026-11-03",
    "mail_left": "2026-11-03 abcdefgh",
}


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)


@pytest.fixture
def database_url(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a store without any table."""
    if store == SQLITE:
        yield f"sqlite:///{tmp_path / 'data' / 'teamklimaat.db'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database(template=EMPTY) as url:
            yield url


def make_earlier(url: str, **words: str) -> None:
    """A store of version 0007, with these rows in the klaagmuur's own table of settings."""
    engine = open_store(url, journal="memory")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        for name, value in words.items():
            connection.execute(
                text("INSERT INTO klaagmuur_setting VALUES (:name, :value)"),
                {"name": name, "value": value},
            )
        connection.execute(
            text("INSERT INTO setting VALUES ('last_night', '\"2026-11-03\"'), ('hour', '8')")
        )
    engine.dispose()


def settings_in(engine: Engine) -> dict[str, object]:
    with reading(engine) as connection:
        names = ("last_night", "hour", "klaagmuur.access_word", *EARLIER)
        return stored_settings.get_many(connection, names)


@pytest.mark.slow
def test_the_access_word_of_an_earlier_version_still_holds(settings: Settings) -> None:
    make_earlier(settings.database_url, **EARLIER)

    context = build_context(settings)

    assert access_word.access_word(context.engine) == WORD
    assert settings_in(context.engine) == {"hour": 8, "klaagmuur.access_word": WORD}
    assert not inspect(context.engine).has_table("klaagmuur_setting")
    context.engine.dispose()


@pytest.mark.slow
def test_without_a_word_everybody_may_still_write(settings: Settings) -> None:
    make_earlier(settings.database_url, last_mail="2026-11-03")

    context = build_context(settings)

    assert access_word.access_word(context.engine) == ""
    assert settings_in(context.engine) == {"hour": 8}
    context.engine.dispose()


@pytest.mark.slow
def test_a_backup_of_an_earlier_version_brings_its_word_back(
    context: AppContext, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "older.db"
    make_earlier(f"sqlite:///{file}", **EARLIER)
    access_word.set_access_word(context.engine, "nieuwer", "test", now)
    before = file.read_bytes()

    restore.restore(context, file, "test", now, force=True)

    assert access_word.access_word(context.engine) == WORD
    assert settings_in(context.engine) == {"hour": 8, "klaagmuur.access_word": WORD}
    assert file.read_bytes() == before
    assert latest() >= "0008"
