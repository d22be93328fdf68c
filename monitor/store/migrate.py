"""Bring the store's schema up to date; run at every start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from monitor.store import locks
from monitor.store.engine import is_sqlite, writing


def migrate(engine: Engine) -> None:
    """Run every migration that has not run yet, all in one transaction.

    Safe with several processes starting together: the second waits and finds nothing to do.
    """
    config = _config()
    with writing(engine) as connection:
        if not is_sqlite(engine):
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # however long it takes
            locks.alone(connection, "migration")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def known_version(version: str) -> bool:
    """Whether a schema of this version can be brought up to date here."""
    known = ScriptDirectory.from_config(_config()).walk_revisions()
    return version in {script.revision for script in known}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
