"""Moving to another database: every row is copied and compared."""

from __future__ import annotations

from sqlalchemy import Engine

from monitor.errors import InputRefused
from monitor.store import transfer
from monitor.store.engine import open_store, writing
from monitor.store.migrate import migrate


def move(engine: Engine, address: str) -> int:
    """Copy the store of `engine` to the empty one at `address`; returns how many rows.

    Nobody can write to the old store in the meantime, and it stays as it is.

    Raises
    ------
    InputRefused
        When the new store holds something already, or does not hold the same afterwards; in
        both cases it is left as it was.
    """
    target_engine = open_store(address)
    tables = transfer.tables()
    try:
        migrate(target_engine)
        with writing(engine) as source, writing(target_engine) as target:
            transfer.freeze(source)
            transfer.freeze(target)
            if not transfer.is_empty(target):
                raise InputRefused("move.not_empty")
            transfer.empty(target)  # the secret's mark is there when the app was started on it
            rows = transfer.copy(source, target, tables)
            differing = transfer.differing(source, target, tables)
            if differing:
                raise InputRefused("transfer.differs", tables=", ".join(differing))
    finally:
        target_engine.dispose()
    return rows
