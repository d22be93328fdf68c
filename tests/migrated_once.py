"""An empty store is brought up to date by its migrations once; others get what those executed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, inspect

from monitor.store.migrate import MIGRATIONS

Statements = list[tuple[str, Any]]
READS = ("SELECT", "PRAGMA")


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[None]:
    """Do not work out for every empty SQLite store and backup what its tables are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", partial(_upgrade, command.upgrade, []))
        yield


def _upgrade(really: Any, executed: Statements, config: Config, revision: str) -> None:
    connection: Connection = config.attributes["connection"]
    ours = config.get_main_option("script_location") == str(MIGRATIONS) and revision == "head"
    if not ours or connection.dialect.name != "sqlite" or inspect(connection).get_table_names():
        really(config, revision)
    elif executed:
        for statement, parameters in executed:
            connection.exec_driver_sql(statement, parameters)
    else:
        with _noted(connection, executed):
            really(config, revision)


@contextmanager
def _noted(connection: Connection, executed: Statements) -> Iterator[None]:
    """Append to `executed` whatever changes the store."""

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if not statement.lstrip().upper().startswith(READS):
            executed.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", note)
