"""The mails about a luisteraar's key: announced, objected to. They tell nothing of any vent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from monitor.access import overseers, oversight_mail
from monitor.access.roles import Role
from monitor.store import notices, signed_rows
from monitor.store.notices import NoticeKind
from monitor.store.tables import account_role

ANNOUNCED = notices.register(
    NoticeKind("klaagmuur.new_key", "mail.new_key.subject", "mail.new_key.text", "/luisteraar")
)
"""To everybody with the role luisteraar, the person it is said to belong to first of all."""
OVERSEEN = notices.register(
    NoticeKind("klaagmuur.key_seen", "mail.key_seen.subject", "mail.key_seen.text", "/toezicht")
)
"""To toezicht: a key was announced, or objected to."""


def announce(connection: Connection, account_id: str, key_id: str, now: datetime) -> None:
    """Mail everybody whom a new key concerns."""
    of_luisteraar = account_role.c.role == Role.LUISTERAAR.value
    holders = {row.account for row in signed_rows.genuine(connection, account_role, of_luisteraar)}
    oversight_mail.tell(connection, ANNOUNCED, holders | {account_id}, now, key_id)
    oversight_mail.tell(connection, OVERSEEN, overseers.everybody(connection), now, key_id)


def objected(connection: Connection, account_id: str, key_id: str, now: datetime) -> None:
    """Mail toezicht and the account that somebody objected."""
    once_key = f"{key_id} objection"
    oversight_mail.tell(connection, ANNOUNCED, {account_id}, now, once_key)
    oversight_mail.tell(connection, OVERSEEN, overseers.everybody(connection), now, once_key)
