"""Signing in by way of the organisation's own provider; it ends in the same kind of session.

An attempt is held together by what its browser keeps (:mod:`monitor.access.sso_attempts`): it is
good for ten minutes, and only in the browser that set out with it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from monitor.access import oidc, sessions, sso_attempts, sso_people
from monitor.access.identity_provider import Mismatch, refused
from monitor.access.login import PendingLogin, SignedIn, proceed
from monitor.access.oidc import Client, Flow
from monitor.access.sso_attempts import Attempt
from monitor.access.sso_rules import SsoRules
from monitor.access.tokens import new_token
from monitor.errors import AccessRefused
from monitor.store.access_tables import sso_person
from monitor.store.engine import reading, writing

_ERROR = re.compile(r"[a-z_]{1,40}")
"""The error codes of OAuth and OpenID Connect."""


@dataclass(frozen=True, slots=True)
class SsoResult:
    """Somebody came back from the provider, and the path they were on their way to."""

    reached: SignedIn | PendingLogin
    onward: str


def set_out(
    secret: bytes, client: Client, browser: str, cookie: str, onward: str, now: datetime
) -> tuple[str, str]:
    """Begin an attempt; returns the provider's address to go to, and what the browser is to keep.

    Parameters
    ----------
    browser
        Something only this browser has and will bring back.
    kept
        What it keeps of attempts that are under way.
    onward
        The path on this site to end at.

    Raises
    ------
    AccessRefused
        As :func:`monitor.access.oidc.address`.
    """
    flow = Flow(new_token(), new_token(), secrets.token_urlsafe(64))
    address = oidc.address(client, flow, now)
    attempt = Attempt(flow, onward, int(now.timestamp()) + sso_attempts.SECONDS)
    earlier = sso_attempts.opened(secret, browser, cookie, now)
    return address, sso_attempts.sealed(secret, browser, (*earlier, attempt))


def come_back(
    engine: Engine,
    secret: bytes,
    client: Client,
    rules: SsoRules,
    browser: str,
    cookie: str,
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
    state = returned.get("state", "")
    attempts = sso_attempts.opened(secret, browser, cookie, now)
    attempt = next((each for each in attempts if _equal(each.flow.state, state)), None)
    if attempt is None:
        raise AccessRefused("sso.expired")
    code = _code(client, returned)
    claims = oidc.claims(
        client, attempt.flow, code, rules.required_claims, now, email_claim=rules.email_claim
    )
    reached = enter(engine, secret, client.issuer, rules, claims, now)
    return SsoResult(reached, attempt.onward)


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


def _equal(expected: str, received: str) -> bool:
    """Whether two texts are the same; the time taken does not depend on where they differ."""
    return hmac.compare_digest(expected.encode(), received.encode())


def _code(client: Client, returned: Mapping[str, str]) -> str:
    """The authorization code among what came back from the provider."""
    if returned.get("iss", client.issuer) != client.issuer:
        raise refused(Mismatch("iss", client.issuer, returned["iss"]))
    code = returned.get("code")
    if returned.get("error") == "access_denied":
        raise AccessRefused("sso.cancelled")
    if not code or "error" in returned:
        error = returned.get("error", "")
        received = error if _ERROR.fullmatch(error) else "no code"
        raise refused(Mismatch("error", "code", received))
    return code
