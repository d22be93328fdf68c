"""Which tables are authenticated, in which kind, and which of their columns decide something."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from monitor.store.klaagmuur_tables import luisteraar
from monitor.store.signed_rows.kinds import Kind


@dataclass(frozen=True, slots=True)
class Deciding:
    """A table whose rows are authenticated.

    Parameters
    ----------
    columns
        The columns that decide, beside the primary key. Others may be changed by anybody who can
        write in the store.
    split_by
        A column of the primary key; each value of it has a manifest of its own.
    only
        The values of the (one) primary key that are authenticated; None for all.
    """

    table: Table
    kind: Kind
    columns: tuple[str, ...]
    split_by: str | None = None
    only: frozenset[str] | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return tuple(column.name for column in self.table.primary_key.columns)


DECIDING: tuple[Deciding, ...] = (
    Deciding(
        luisteraar,
        Kind.READERS,
        (
            "account",
            "name",
            "public_key",
            "announced_on",
            "active_from",
            "ended_on",
            "signed_by",
            "signature",
            "absent_from",
            "absent_until",
            "deputy",
        ),
    ),
)

BY_TABLE = {each.table.name: each for each in DECIDING}
