"""Somebody who can write in the store, and has neither the secret nor the key folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from monitor.context import AppContext
from monitor.store.engine import open_store, writing


@contextmanager
def writing_in(context: AppContext) -> Iterator[Connection]:
    """One transaction in the store of an installation, by a program that is not it."""
    engine = open_store(context.settings.database_url)
    try:
        with writing(engine) as connection:
            yield connection
    finally:
        engine.dispose()
