"""Which tables are authenticated, in which kind, and which of their columns decide something."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from monitor.store.access_tables import halfway, recovery_code, second_factor, sso_person
from monitor.store.delivery_tables import backup_key
from monitor.store.klaagmuur_tables import luisteraar
from monitor.store.oversight_tables import pending_act
from monitor.store.signed_rows.kinds import Kind
from monitor.store.tables import account, account_role, session, welcome_link


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
    label
        The columns by which an operator recognises a row; its account, or else its key, unless
        others are named.
    """

    table: Table
    kind: Kind
    columns: tuple[str, ...]
    split_by: str | None = None
    only: frozenset[str] | None = None
    label: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return tuple(column.name for column in self.table.primary_key.columns)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns by which an operator recognises a row."""
        return self.label or (("account",) if "account" in self.table.c else self.key)


DECIDING: tuple[Deciding, ...] = (
    Deciding(backup_key, Kind.BACKUP_KEY, ("made_on",)),
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
            "objected_on",
            "overruled_on",
            "absent_from",
            "absent_until",
            "deputy",
        ),
        label=("name", "account"),
    ),
    Deciding(account, Kind.ACCOUNTS, ("email", "password_hash", "exempt"), label=("email",)),
    Deciding(account_role, Kind.ACCOUNTS, (), label=("account", "role", "unit")),
    # Without the step of the last code: it changes at every sign-in.
    Deciding(second_factor, Kind.ACCOUNTS, ("sealed",)),
    Deciding(recovery_code, Kind.ACCOUNTS, ()),
    Deciding(sso_person, Kind.ACCOUNTS, ("account",), label=("account", "subject")),
    Deciding(welcome_link, Kind.LINKS, ("account", "expires", "word", "guesses")),
    Deciding(halfway, Kind.LINKS, ("account", "sealed", "expires")),
    # Without the moment of its last use: nobody can prolong it beyond its day.
    Deciding(session, Kind.SESSIONS, ("account", "started")),
    Deciding(
        pending_act,
        Kind.ACTS,
        ("kind", "about", "payload", "proposed_by", "proposed_at"),
        label=("kind", "about"),
    ),
)

BY_TABLE = {each.table.name: each for each in DECIDING}
