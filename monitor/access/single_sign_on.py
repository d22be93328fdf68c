"""Signing in by way of the organisation's own provider; it ends in the same kind of session.

An attempt is held together by a table of our own: each state is good once, for ten minutes, and
only in the browser that set out with it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from monitor.access import oidc, sessions, sso_people
from monitor.access.identity_provider import Mismatch, refused
from monitor.access.login import PendingLogin, SignedIn, proceed
from monitor.access.oidc import Client, Flow
from monitor.access.sso_rules import SsoRules
from monitor.access.tokens import digest, new_token
from monitor.errors import AccessRefused, StoreBusy
from monitor.store.access_tables import sso_attempt, sso_person
from monitor.store.engine import reading, writing

_ERROR = re.compile(r"[a-z_]{1,40}")
"""The error codes of OAuth and OpenID Connect."""
SECONDS = 10 * 60
"""How long an attempt may take."""
MOST_UNDER_WAY = 2000
"""Attempts at a time; more than that is not people."""


@dataclass(frozen=True, slots=True)
class SsoResult:
    """Somebody came back from the provider, and the path they were on their way to."""

    reached: SignedIn | PendingLogin
    onward: str


def set_out(engine: Engine, client: Client, browser: str, onward: str, now: datetime) -> str:
    """Begin an attempt; returns the provider's address to go to.

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
    with writing(engine) as connection:
        _store(connection, flow, browser, onward, int(now.timestamp()))
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
    """End an attempt: check everything, bring the account up to date, begin the session.

    Parameters
    ----------
    returned
        What the provider gave the browser to bring along: ``state`` and ``code``, or ``error``.

    Raises
    ------
    AccessRefused
        ``sso.expired`` when this attempt was never begun here, took too long or was ended before;
        as :func:`monitor.access.oidc.claims` and :func:`monitor.access.sso_people.account_for`
        when the answer is no.
    """
    with writing(engine) as connection:
        attempt = _take(connection, returned.get("state"), browser, now)
    if attempt is None:
        raise AccessRefused("sso.expired")
    flow, onward = attempt
    code = _code(client, returned)
    claims = oidc.claims(
        client, flow, code, rules.required_claims, now, email_claim=rules.email_claim
    )
    return SsoResult(enter(engine, secret, client.issuer, rules, claims, now), onward)


def has_provider_identity(engine: Engine, account_id: str) -> bool:
    """Whether somebody has ever signed in by way of the organisation's provider."""
    identities = select(sso_person.c.account).where(sso_person.c.account == account_id)
    with reading(engine) as connection:
        return connection.scalar(identities.limit(1)) is not None


def enter(
    engine: Engine,
    secret: bytes,
    issuer: str,
    rules: SsoRules,
    claims: Mapping[str, Any],
    now: datetime,
) -> SignedIn | PendingLogin:
    """Let in the person whom the checked `claims` are about; refusals as :func:`come_back`."""
    with writing(engine) as connection:
        account = sso_people.account_for(connection, issuer, rules, claims, now)
        if isinstance(account, str):
            if rules.second_factor:
                return proceed(connection, secret, account, now)
            return SignedIn(sessions.start(connection, account, now))
    raise account  # after the commit: roles that were taken away stay away


def _store(connection: Connection, flow: Flow, browser: str, onward: str, moment: int) -> None:
    """Keep an attempt; those that have run out are removed on the way."""
    connection.execute(delete(sso_attempt).where(sso_attempt.c.expires <= moment))
    under_way = connection.execute(select(func.count()).select_from(sso_attempt)).scalar_one()
    if under_way >= MOST_UNDER_WAY:
        raise StoreBusy("signin.busy")
    connection.execute(
        insert(sso_attempt).values(
            state=digest(flow.state),
            browser=_browser_digest(browser),
            nonce=flow.nonce,
            verifier=flow.verifier,
            onward=onward,
            expires=moment + SECONDS,
        )
    )


def _take(
    connection: Connection, state: str | None, browser: str, now: datetime
) -> tuple[Flow, str] | None:
    """Use the state up; None when it is not this browser's, or no longer good."""
    row = connection.execute(
        delete(sso_attempt)
        .where(
            sso_attempt.c.state == digest(state),
            sso_attempt.c.browser == _browser_digest(browser),
            sso_attempt.c.expires > int(now.timestamp()),
        )
        .returning(sso_attempt.c.nonce, sso_attempt.c.verifier, sso_attempt.c.onward)
    ).one_or_none()
    if row is None or state is None:
        return None
    return Flow(state, row.nonce, row.verifier), row.onward


def _code(client: Client, returned: Mapping[str, str]) -> str:
    """The authorization code among what came back from the provider."""
    if returned.get("iss", client.issuer) != client.issuer:
        raise refused(Mismatch("iss", client.issuer, returned["iss"]))
    code = returned.get("code")
    if returned.get("error") == "access_denied":
        raise AccessRefused("sso.cancelled")
    if not code or "error" in returned:
        error = returned.get("error", "")
        came = error if _ERROR.fullmatch(error) else "no code"
        raise refused(Mismatch("error", "code", came))
    return code


def _browser_digest(browser: str) -> bytes:
    return sha256(browser.encode()).digest()
