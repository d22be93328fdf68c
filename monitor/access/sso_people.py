"""Whose account it is that the organisation's sign-in vouches for, and with which roles."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from monitor.access import sessions
from monitor.access.accounts import is_email, normal_email
from monitor.access.roles import WITH_SECOND_FACTOR, Grant, Role, check_grants
from monitor.access.sso_rules import SsoRules
from monitor.errors import AccessRefused, InputRefused
from monitor.store import audit
from monitor.store.access_tables import sso_person
from monitor.store.tables import account, account_role, unit

ACTOR = "sso"


def account_for(
    connection: Connection,
    issuer: str,
    rules: SsoRules,
    claims: Mapping[str, Any],
    now: datetime,
) -> str | AccessRefused:
    """The account of the person the `claims` are about, its roles brought up to date.

    Somebody is known by what the provider calls them for good (``sub``), not by an address:
    that may pass to another. Only the first time does a checked address tell which account.

    Returns
    -------
    The account, or why there is none: then too the caller's transaction is to be committed,
    because roles may have been taken away in it.
    """
    subject = str(claims["sub"])
    known: str | None = connection.scalar(
        select(sso_person.c.account).where(
            sso_person.c.issuer == issuer, sso_person.c.subject == subject
        )
    )
    grants, refusal = _usable(connection, rules.grants(claims)), "sso.no_role"
    try:
        check_grants(grants)
    except InputRefused:
        grants, refusal = frozenset(), "sso.roles_apart"
    if known is None:
        email = normal_email(rules.email(claims) or "")
        if not is_email(email):
            return AccessRefused("sso.email_unverified")
        if rules.rules and not grants:
            return AccessRefused(refusal)
        found = _linked(connection, issuer, subject, email, bool(rules.rules), now)
        if isinstance(found, AccessRefused):
            return found
        known = found
    if rules.rules:
        _replace_grants(connection, known, grants, now)
    if not _grants(connection, known):
        sessions.drop_all(connection, known)
        return AccessRefused(refusal)
    return known


def _linked(
    connection: Connection, issuer: str, subject: str, email: str, may_add: bool, now: datetime
) -> str | AccessRefused:
    """The account with this address, from now on known by `subject`."""
    found: str | None = connection.scalar(select(account.c.id).where(account.c.email == email))
    if found is None:
        if not may_add:
            return AccessRefused("sso.no_role")
        found = secrets.token_urlsafe(16)
        connection.execute(insert(account).values(id=found, email=email))
    of_another = connection.scalar(
        select(sso_person.c.subject).where(
            sso_person.c.issuer == issuer, sso_person.c.account == found
        )
    )
    if of_another is not None:
        return AccessRefused("sso.other_person")
    connection.execute(insert(sso_person).values(issuer=issuer, subject=subject, account=found))
    audit.note(connection, ACTOR, "account.linked", email, now)
    return found


def _usable(connection: Connection, grants: frozenset[Grant]) -> frozenset[Grant]:
    """Without those for a unit that does not exist, or is closed."""
    known = set(connection.scalars(select(unit.c.key).where(unit.c.closed.is_(False))))
    return frozenset(grant for grant in grants if grant.unit is None or grant.unit in known)


def _grants(connection: Connection, account_id: str) -> frozenset[Grant]:
    rows = connection.execute(
        select(account_role.c.role, account_role.c.unit).where(account_role.c.account == account_id)
    )
    return frozenset(Grant(Role(row.role), row.unit or None) for row in rows)


def _replace_grants(
    connection: Connection, account_id: str, wanted: frozenset[Grant], now: datetime
) -> None:
    """Give and take roles, so that exactly the `wanted` ones are left."""
    held = _grants(connection, account_id)
    if held == wanted:
        return
    email = connection.scalar(select(account.c.email).where(account.c.id == account_id))
    connection.execute(delete(account_role).where(account_role.c.account == account_id))
    for grant in wanted:
        connection.execute(
            insert(account_role).values(
                account=account_id, role=grant.role.value, unit=grant.unit or ""
            )
        )
    for changed, action in ((wanted - held, "account.role"), (held - wanted, "account.role_taken")):
        for grant in sorted(changed, key=lambda one: (one.role, one.unit or "")):
            detail = " ".join(filter(None, (email, grant.role.value, grant.unit)))
            audit.note(connection, ACTOR, action, detail, now)
    if WITH_SECOND_FACTOR & {grant.role for grant in wanted - held}:
        sessions.drop_all(connection, account_id)  # they may have begun with a passphrase alone
