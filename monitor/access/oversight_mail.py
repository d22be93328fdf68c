"""Mails about acts that need two people: to toezicht, and to the people whom an act is about.

The words are always the same, so that a mail does not say what was done; the pages do.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from monitor.access import overseers
from monitor.clock import local_day
from monitor.store import notices
from monitor.store.notices import NoticeKind
from monitor.store.tables import account

WAITING = notices.register(
    NoticeKind("access.waiting", "mail.waiting.subject", "mail.waiting.text", "/toezicht")
)
"""To toezicht: something waits to be confirmed."""
LAPSED = notices.register(
    NoticeKind("access.unconfirmed", "mail.lapsed.subject", "mail.lapsed.text", "/logboek")
)
"""To toezicht: two weeks were over, and a beheerder carried something out."""
OPERATOR = notices.register(
    NoticeKind("access.operator", "mail.operator.subject", "mail.operator.text", "/logboek")
)
"""To toezicht: something was done at the server's command line."""
BY_GROUPS = notices.register(
    NoticeKind("access.by_groups", "mail.by_groups.subject", "mail.by_groups.text", "/logboek")
)
"""To toezicht: somebody has a role because of a group at the organisation's provider."""
PROPOSED = notices.register(
    NoticeKind("access.proposed", "mail.proposed.subject", "mail.proposed.text", "/mijn-account")
)
"""To the person concerned: something about the own account waits."""
CHANGED = notices.register(
    NoticeKind("access.changed", "mail.changed.subject", "mail.changed.text", "/mijn-account")
)
"""To the person concerned: the own account was changed."""
KEPT = timedelta(days=30)
"""How long it is worth sending one."""


def tell(
    connection: Connection,
    kind: NoticeKind,
    account_ids: Iterable[str],
    now: datetime,
    once_key: str = "",
) -> None:
    """Enqueue one mail to each account; with a `once_key`, once under that key."""
    today = local_day(now)
    key = once_key or secrets.token_urlsafe(16)
    for account_id in sorted(account_ids):
        notices.enqueue(connection, kind, account_id, key, today, today + KEPT)


def tell_toezicht(
    connection: Connection, kind: NoticeKind, now: datetime, once_key: str = ""
) -> None:
    """Enqueue a mail to everybody with the role toezicht."""
    tell(connection, kind, overseers.everybody(connection), now, once_key)


def tell_toezicht_of_operator(connection: Connection, now: datetime) -> None:
    """Mail toezicht that something was done at the command line; one mail a day."""
    tell_toezicht(connection, OPERATOR, now, local_day(now).isoformat())


def tell_of_groups(connection: Connection, account_id: str, now: datetime) -> None:
    """Mail toezicht, once a day, that a group gave a role; and the account that it changed."""
    tell_toezicht(connection, BY_GROUPS, now, local_day(now).isoformat())
    tell(connection, CHANGED, [account_id], now)


def tell_owner(connection: Connection, email: str, now: datetime) -> None:
    """Mail the owner of the account with this address that it was changed."""
    by_email = select(account.c.id).where(account.c.email == email)
    tell(connection, CHANGED, connection.scalars(by_email), now)
