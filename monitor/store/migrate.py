"""Bringing the store's schema up to date, at every start.

Alembic takes 11 MB for as long as the process lives, and is loaded only where there is something
to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from monitor.store import locks
from monitor.store.engine import is_sqlite, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Run every migration that has not run yet, all in one transaction.

    Several processes may start together: the second one waits and finds nothing to do.
    """
    if _version(engine) == latest():
        return
    from alembic import command  # noqa: PLC0415 - see the module's docstring

    config = _config()
    with writing(engine) as connection:
        if not is_sqlite(engine):
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # however long it takes
            locks.exclusive(connection, "migration")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def known_version(version: str) -> bool:
    """Whether a schema of this version can be brought up to date here."""
    return version in _versions()


def latest() -> str:
    """The version of the schema that this program works with."""
    return _versions()[-1]


def _versions() -> list[str]:
    """Every version there has been, in order: the names of the migration files begin with them."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def _version(engine: Engine) -> str | None:
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        versions = connection.execute(text("SELECT version_num FROM alembic_version"))
        return versions.scalar_one_or_none()


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see the module's docstring

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
