"""The links to teams' results: which ones work, and how they are renewed and ended.

A link follows from its unit and a version (`monitor.access.results_link`). The column
``link_version`` holds the version; minus one less than its negative for a link that was ended. So
no version comes back, and neither does a link that was taken from somebody.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, select, update

from monitor.store import audit, signed_rows
from monitor.store.engine import reading, writing
from monitor.store.tables import unit


def link_versions(engine: Engine) -> dict[str, int]:
    """The version of every link that works; closed units and ended links have none."""
    with reading(engine) as connection:
        rows = signed_rows.genuine(
            connection, unit, unit.c.link_version >= 0, unit.c.closed.is_(False)
        )
        return {row.key: row.link_version for row in rows}


def renew(engine: Engine, key: str, actor: str, now: datetime) -> None:
    """Give the unit a new link; the one before it does not answer any more."""
    with writing(engine) as connection:
        stored = _version(connection, key)
        _store(connection, key, stored + 1 if stored >= 0 else -stored)
        audit.note(connection, actor, "results_link.renew", key, now)


def end(engine: Engine, key: str, actor: str, now: datetime) -> None:
    """End the unit's link; :func:`renew` makes another one."""
    with writing(engine) as connection:
        stored = _version(connection, key)
        if stored >= 0:
            _store(connection, key, -stored - 1)
            audit.note(connection, actor, "results_link.end", key, now)


def _version(connection: Connection, key: str) -> int:
    by_key = select(unit.c.link_version).where(unit.c.key == key).with_for_update()
    return int(connection.execute(by_key).scalar_one())


def _store(connection: Connection, key: str, version: int) -> None:
    connection.execute(update(unit).where(unit.c.key == key).values(link_version=version))
