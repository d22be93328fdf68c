"""The names of everything the store holds, so that a page can say what is stored."""

from __future__ import annotations

from monitor.store.schema import metadata

VERSION_TABLE = "alembic_version"
"""The one table that is not ours: it holds which migrations have run."""


def columns_by_table() -> dict[str, tuple[str, ...]]:
    """Every table of the store with the names of its columns, in the order of the schema."""
    described = {table.name: tuple(table.columns.keys()) for table in metadata.tables.values()}
    return described | {VERSION_TABLE: ("version_num",)}
