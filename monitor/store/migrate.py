"""Bringing the store's schema up to date, at every start.

Alembic takes 11 MB for as long as the process lives, and is loaded only where there is something
to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from monitor.errors import SettingsRefused
from monitor.locale.formats import Month
from monitor.store import locks
from monitor.store.engine import is_sqlite, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
SHEET_FORMATS = {"0001": 1, "0006": 2}
"""The format in which answer sheets are sealed, from which version of the store on."""
READABLE_FORMATS = frozenset({1, 2})
"""The formats of sealed answer sheets that this program reads."""


def migrate(engine: Engine) -> None:
    """Run every migration that has not run yet, all in one transaction.

    Several processes may start together: the second one waits and finds nothing to do.

    Raises
    ------
    SettingsRefused
        When the store is newer than this program, or a round is under way whose sealed sheets
        this program might not be able to read; nothing has changed.
    """
    version = _version(engine)
    if version == latest():
        return
    if version is not None:
        _check_known(version)
    from alembic import command  # noqa: PLC0415 - see the module's docstring

    config = _config()
    with writing(engine) as connection:
        if not is_sqlite(engine):
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # however long it takes
            locks.exclusive(connection, "migration")
        _check_readable(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def known_version(version: str) -> bool:
    """Whether a schema of this version can be brought up to date here."""
    return version in _versions()


def latest() -> str:
    """The version of the schema that this program works with."""
    return _versions()[-1]


def _check_known(version: str) -> None:
    if not known_version(version):
        raise SettingsRefused("store.newer", version=version, known=latest())


def _check_readable(connection: Connection) -> None:
    """Refuse while a round is under way that may hold sheets in a format unknown here."""
    version = _stored_version(connection)
    if version is None:
        return
    _check_known(version)
    written = {form for since, form in SHEET_FORMATS.items() if since <= version}
    if written <= READABLE_FORMATS:
        return
    under_way = text("SELECT period FROM survey_round WHERE status IN ('open', 'closing')")
    if (period := connection.execute(under_way).scalar()) is not None:
        raise SettingsRefused("store.round_unreadable", period=Month(period))


def _versions() -> list[str]:
    """Every version there has been, in order: the names of the migration files begin with them."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def _version(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return _stored_version(connection)


def _stored_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    versions = connection.execute(text("SELECT version_num FROM alembic_version"))
    return versions.scalar_one_or_none()


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see the module's docstring

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
