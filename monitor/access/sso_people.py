"""From a provider's claims to an account of ours and its roles."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from monitor import logs
from monitor.access import account_lookup, grants, overseers, oversight_mail, sessions
from monitor.access.accounts import is_email, normal_email
from monitor.access.identity_provider import Mismatch, kind_of, refused
from monitor.access.roles import WITH_SECOND_FACTOR, Grant, check_grants
from monitor.access.sso_rules import SsoRules
from monitor.errors import AccessRefused, InputRefused
from monitor.store import audit, signed_rows
from monitor.store.access_tables import sso_person
from monitor.store.tables import account, unit

ACTOR = "sso"


@dataclass(frozen=True, slots=True)
class _Identity:
    """Who somebody is to a provider: its address, and what it calls them for good (``sub``)."""

    issuer: str
    subject: str


def account_for(
    connection: Connection,
    issuer: str,
    rules: SsoRules,
    claims: Mapping[str, Any],
    now: datetime,
) -> str | AccessRefused:
    """The account of the person the `claims` are about, its roles brought up to date.

    Somebody is recognised by ``sub``, not by an address: that may pass to another. Only the first
    time does a checked address tell which account.

    Returns
    -------
    The account, or why there is none: then too the caller's transaction is to be committed,
    because roles may have been taken away in it.
    """
    unreadable = _unreadable_groups(rules, claims)
    if unreadable is not None:
        return unreadable
    identity = _Identity(issuer, str(claims["sub"]))
    allowed, refusal = _allowed_grants(connection, rules, claims)
    account_id = _account_of(connection, identity)
    if account_id is None:
        linked = _first_time(connection, identity, rules, claims, allowed, refusal, now)
        if isinstance(linked, AccessRefused):
            return linked
        account_id = linked
    if not signed_rows.genuine(connection, account, account.c.id == account_id):
        return AccessRefused("sso.no_role")
    if rules.rules:
        _replace_grants(connection, account_id, allowed, now)
    if not grants.held(connection, account_id):
        sessions.drop_all(connection, account_id)
        return _noted(refusal, rules)
    return account_id


def _noted(refusal: AccessRefused, rules: SsoRules) -> AccessRefused:
    """The refusal, after a line in the log for whoever set up the provider."""
    name = refusal.key.partition(".")[2]
    logs.note("sso.failed", level=logging.WARNING, error=name, claim=rules.groups_claim)
    return refusal


def _unreadable_groups(rules: SsoRules, claims: Mapping[str, Any]) -> AccessRefused | None:
    """Why nobody knows the groups of the person; None when the claims have them.

    That is not "no groups": nothing follows from it, so nothing is given and nothing taken.
    """
    if rules.groups_left_out(claims):
        logs.note("sso.failed", level=logging.WARNING, error="GroupsLeftOut", claim="groups")
        return AccessRefused("sso.too_many_groups")
    other = rules.groups_not_understood(claims)
    if other is None:
        return None
    kind = f"list of {kind_of(other[0])}" if isinstance(other, list) else kind_of(other)
    return refused(Mismatch(rules.groups_claim, "list of text", kind))


def _allowed_grants(
    connection: Connection, rules: SsoRules, claims: Mapping[str, Any]
) -> tuple[frozenset[Grant], AccessRefused]:
    """The roles that follow from the claims, and what to say where there are none.

    A role for a unit that does not exist, or is closed, is left out; roles that one person may
    not hold together count for nothing.
    """
    open_units = set(connection.scalars(select(unit.c.key).where(unit.c.closed.is_(False))))
    allowed = frozenset(
        grant for grant in rules.grants(claims) if grant.unit is None or grant.unit in open_units
    )
    try:
        check_grants(allowed)
    except InputRefused:
        return frozenset(), AccessRefused("sso.roles_apart")
    return allowed, AccessRefused("sso.no_role")


def _account_of(connection: Connection, identity: _Identity) -> str | None:
    same = (sso_person.c.issuer == identity.issuer, sso_person.c.subject == identity.subject)
    links = signed_rows.genuine(connection, sso_person, *same)
    return str(links[0].account) if links else None


def _first_time(
    connection: Connection,
    identity: _Identity,
    rules: SsoRules,
    claims: Mapping[str, Any],
    allowed: frozenset[Grant],
    refusal: AccessRefused,
    now: datetime,
) -> str | AccessRefused:
    """The account of somebody who comes from the provider for the first time, or why not."""
    email = normal_email(rules.email(claims) or "")
    if not is_email(email):
        kind = kind_of(claims.get("email_verified"))
        if kind not in ("null", "false", "true") and not rules.email_checked:
            return refused(Mismatch("email_verified", "true", kind))
        address = claims.get(rules.email_claim)
        if not isinstance(address, str):
            return refused(Mismatch(rules.email_claim, "text", kind_of(address)))
        if rules.email(claims):
            return refused(Mismatch(rules.email_claim, "address", kind_of(address)))
        return _noted(AccessRefused("sso.email_unverified"), rules)
    if rules.rules and not allowed:
        return _noted(refusal, rules)
    return _link(connection, identity, email, bool(rules.rules), now)


def _link(
    connection: Connection, identity: _Identity, email: str, may_add: bool, now: datetime
) -> str | AccessRefused:
    """The account with this address, from now on recognised by the `identity`.

    With `may_add` it is made where there is none.
    """
    try:
        account_id = account_lookup.id_of(connection, [email])
    except InputRefused:
        return AccessRefused("sso.no_role")
    if account_id is None:
        if not may_add:
            return AccessRefused("sso.no_role")
        account_id = secrets.token_urlsafe(16)
        connection.execute(insert(account).values(id=account_id, email=email))
    other_subject = connection.scalar(
        select(sso_person.c.subject).where(
            sso_person.c.issuer == identity.issuer, sso_person.c.account == account_id
        )
    )
    if other_subject is not None:
        return AccessRefused("sso.other_person")
    same = (sso_person.c.issuer == identity.issuer, sso_person.c.subject == identity.subject)
    if account_id in overseers.able_to_sign_in(connection):
        # Another way into an account that somebody uses already: its owner has to know.
        oversight_mail.tell(connection, oversight_mail.CHANGED, [account_id], now)
    connection.execute(delete(sso_person).where(*same))  # one that is not genuine
    connection.execute(
        insert(sso_person).values(
            issuer=identity.issuer, subject=identity.subject, account=account_id
        )
    )
    audit.note(connection, ACTOR, "account.linked", email, now)
    return account_id


def _replace_grants(
    connection: Connection, account_id: str, allowed: frozenset[Grant], now: datetime
) -> None:
    """Give and take roles, so that exactly the `allowed` ones are left."""
    held = grants.held(connection, account_id)
    if held == allowed:
        return
    email = str(connection.scalar(select(account.c.email).where(account.c.id == account_id)))
    for grant in _sorted(held - allowed):
        grants.take(connection, account_id, grant)
    for grant in _sorted(allowed - held):
        grants.give(connection, account_id, grant)
        audit.note(connection, ACTOR, "account.role", grants.audit_detail(email, grant), now)
    for grant in _sorted(held - allowed):
        audit.note(connection, ACTOR, "account.role_taken", grants.audit_detail(email, grant), now)
    if allowed - held:
        # Nobody of us confirms who is in a group, so those who oversee are told.
        oversight_mail.tell_of_groups(connection, account_id, now)
    if WITH_SECOND_FACTOR & {grant.role for grant in allowed - held}:
        sessions.drop_all(connection, account_id)  # they may have begun with a passphrase alone


def _sorted(several: frozenset[Grant]) -> list[Grant]:
    return sorted(several, key=lambda grant: (grant.role, grant.unit or ""))
