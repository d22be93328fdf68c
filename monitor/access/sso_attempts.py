"""Attempts to sign in at the organisation's provider, kept by the browser that makes them.

They lie sealed in a cookie, so that however many are begun by others, everybody can begin one. The
seal is bound to the installation and to something only this browser has. A cookie can be brought
twice; what comes with it, the provider's code, is good once.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from monitor.access.oidc import Flow
from monitor.store import vault

SECONDS = 10 * 60
"""How long an attempt may take."""
LONGEST = 3800
"""Characters of a cookie's value; browsers keep 4096 bytes of name, value and attributes."""
HOME = "/"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: its random values, where it ends, and the moment until which it may."""

    flow: Flow
    onward: str = field(repr=False)
    expires: int


def sealed(secret: bytes, browser: str, attempts: Sequence[Attempt]) -> str:
    """A cookie value with the attempts, the last of which is kept whatever else is dropped."""
    remaining = list(attempts)
    while len(value := _sealed(secret, browser, remaining)) > LONGEST:
        if len(remaining) > 1:
            remaining.pop(0)
        else:
            remaining = [Attempt(remaining[0].flow, HOME, remaining[0].expires)]
    return value


def opened(secret: bytes, browser: str, value: str, now: datetime) -> tuple[Attempt, ...]:
    """The attempts in a cookie value that may still end; none when it is not of this browser."""
    try:
        raw = base64.urlsafe_b64decode(value)
    except ValueError:
        return ()
    plain = vault.unseal(secret, _bound_to(browser), raw)
    if plain is None:
        return ()
    moment = int(now.timestamp())
    attempts = (
        Attempt(Flow(state, nonce, verifier), onward, expires)
        for state, nonce, verifier, onward, expires in json.loads(plain)
    )
    return tuple(each for each in attempts if moment < each.expires <= moment + SECONDS)


def _sealed(secret: bytes, browser: str, attempts: Sequence[Attempt]) -> str:
    rows = [
        (each.flow.state, each.flow.nonce, each.flow.verifier, each.onward, each.expires)
        for each in attempts
    ]
    plain = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(vault.seal(secret, _bound_to(browser), plain)).decode()


def _bound_to(browser: str) -> str:
    return f"sso attempt {sha256(browser.encode()).hexdigest()}"
