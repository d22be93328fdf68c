"""Which tables are authenticated, in which kind, and which of their columns decide something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Table

from monitor.store.access_tables import halfway, recovery_code, second_factor, sso_person
from monitor.store.delivery_tables import backup_key, setting
from monitor.store.klaagmuur_tables import luisteraar
from monitor.store.oversight_tables import pending_act
from monitor.store.signed_rows.kinds import Kind
from monitor.store.tables import (
    account,
    account_role,
    member,
    round_unit,
    session,
    survey_round,
    unit,
    welcome_link,
)


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
        return _key_columns(self.table)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns by which an operator recognises a row."""
        return self.label or (("account",) if "account" in self.table.c else self.key)

    def content(self, row: Mapping[Any, Any]) -> tuple[object, ...]:
        """What a row decides, and which it is."""
        return (self.table.name, *(row[name] for name in (*self.key, *self.columns)))


@cache
def _key_columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


SETTINGS = frozenset(
    {
        "mail_route",
        "questionnaire",
        "operations.server_parts",
        "klaagmuur.themes_settled",
        "klaagmuur.earlier_tokens",
    }
)
"""The settings that are authenticated."""

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
    Deciding(setting, Kind.SETTINGS, ("value",), only=SETTINGS, label=("key",)),
    Deciding(
        unit,
        Kind.TREE,
        ("parent", "name", "position", "closed", "link_version"),
        label=("key", "name"),
    ),
    Deciding(member, Kind.MEMBERS, ("unit",), label=("email", "unit")),
    Deciding(
        survey_round,
        Kind.ROUND,
        ("status", "opens_on", "closes_on", "minimum", "questionnaire", "public_key"),
        split_by="period",
    ),
    Deciding(
        round_unit,
        Kind.ROUND,
        ("parent", "name", "position", "invited", "issued"),
        split_by="period",
    ),
)

BY_TABLE = {each.table.name: each for each in DECIDING}
