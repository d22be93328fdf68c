"""Signing in by way of the organisation's own sign-in; it ends in the same session.

The trip there and back is held together by a table of our own: each state is good once, for ten
minutes, and only in the browser that set out with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from monitor.access import oidc, sessions, sso_people
from monitor.access.login import PendingLogin, SignedIn, proceed
from monitor.access.oidc import Client, Flow
from monitor.access.sso_rules import SsoRules
from monitor.access.tokens import digest, new_token
from monitor.errors import AccessRefused, StoreBusy
from monitor.store.access_tables import sso_attempt, sso_person
from monitor.store.engine import reading, writing

SECONDS = 10 * 60
MOST_UNDER_WAY = 2000
"""Trips at a time; more than that is not people."""


@dataclass(frozen=True, slots=True)
class SsoResult:
    """Somebody came back, and where they were going when they set out."""

    reached: SignedIn | PendingLogin
    onward: str


def set_out(engine: Engine, client: Client, browser: str, onward: str, now: datetime) -> str:
    """Begin a trip; returns the provider's address to go to.

    Parameters
    ----------
    browser
        Something only this browser has and will bring back.
    onward
        The path on this site to end at.

    Raises
    ------
    AccessRefused
        As :func:`monitor.access.oidc.address`.
    StoreBusy
        When far too many are under way.
    """
    flow = Flow(new_token(), new_token(), secrets.token_urlsafe(64))
    address = oidc.address(client, flow, now)
    moment = int(now.timestamp())
    with writing(engine) as connection:
        connection.execute(delete(sso_attempt).where(sso_attempt.c.expires <= moment))
        under_way = connection.execute(select(func.count()).select_from(sso_attempt)).scalar_one()
        if under_way >= MOST_UNDER_WAY:
            raise StoreBusy("signin.busy")
        connection.execute(
            insert(sso_attempt).values(
                state=digest(flow.state),
                browser=_of_browser(browser),
                nonce=flow.nonce,
                verifier=flow.verifier,
                onward=onward,
                expires=moment + SECONDS,
            )
        )
    return address


def come_back(
    engine: Engine,
    secret: bytes,
    client: Client,
    rules: SsoRules,
    browser: str,
    returned: Mapping[str, str],
    now: datetime,
) -> SsoResult:
    """End a trip: check everything, bring the account up to date, begin the session.

    Parameters
    ----------
    returned
        What the provider gave the browser to bring along: ``state`` and ``code``, or ``error``.

    Raises
    ------
    AccessRefused
        ``sso.expired`` when this trip was never begun here, took too long or was ended before;
        as :func:`monitor.access.oidc.claims` and :func:`monitor.access.sso_people.account_for`
        when the answer is no.
    """
    with writing(engine) as connection:
        taken = _take(connection, returned.get("state"), browser, now)
    if taken is None:
        raise AccessRefused("sso.expired")
    flow, onward = taken
    if returned.get("iss", client.issuer) != client.issuer:
        raise AccessRefused("sso.refused")
    code = returned.get("code")
    if not code or "error" in returned:
        cancelled = returned.get("error") == "access_denied"
        raise AccessRefused("sso.cancelled" if cancelled else "sso.refused")
    claims = oidc.claims(client, flow, code, rules.wanted, now)
    return SsoResult(enter(engine, secret, client.issuer, rules, claims, now), onward)


def is_sso_session(engine: Engine, account_id: str) -> bool:
    """Whether somebody has ever signed in by way of the organisation."""
    wanted = select(sso_person.c.account).where(sso_person.c.account == account_id)
    with reading(engine) as connection:
        return connection.scalar(wanted.limit(1)) is not None


def enter(
    engine: Engine,
    secret: bytes,
    issuer: str,
    rules: SsoRules,
    claims: Mapping[str, Any],
    now: datetime,
) -> SignedIn | PendingLogin:
    """Let somebody in of whom the provider says who it is; refusals as :func:`come_back`."""
    with writing(engine) as connection:
        found = sso_people.account_for(connection, issuer, rules, claims, now)
        if isinstance(found, str):
            if rules.second_factor:
                return proceed(connection, secret, found, now)
            return SignedIn(sessions.start(connection, found, now))
    raise found  # only now: roles that were taken away stay so


def _take(
    connection: Connection, state: str | None, browser: str, now: datetime
) -> tuple[Flow, str] | None:
    """Use the state up; None when it is not this browser's, or no longer good."""
    row = connection.execute(
        delete(sso_attempt)
        .where(
            sso_attempt.c.state == digest(state),
            sso_attempt.c.browser == _of_browser(browser),
            sso_attempt.c.expires > int(now.timestamp()),
        )
        .returning(sso_attempt.c.nonce, sso_attempt.c.verifier, sso_attempt.c.onward)
    ).one_or_none()
    if row is None or state is None:
        return None
    return Flow(state, row.nonce, row.verifier), row.onward


def _of_browser(given: str) -> bytes:
    return sha256(given.encode()).digest()
