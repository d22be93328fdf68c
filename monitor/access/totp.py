"""Codes of six digits that a telephone and the server both know for half a minute (RFC 6238)."""

from __future__ import annotations

import hmac
import re

import pyotp

INTERVAL = 30
SLACK = 1
"""Half minutes a telephone's clock may be off, either way."""
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """160 random bits, as the 32 letters and digits a person can type into an app."""
    return pyotp.random_base32()


def address(secret: str, email: str, issuer: str) -> str:
    """What the QR code says: the secret, and what to call it in the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, typed: str, moment: int) -> int | None:
    """The half minute a code belongs to, or None when it belongs to none of those around now.

    Parameters
    ----------
    moment
        Seconds since 1970.
    """
    given = "".join(typed.split())
    if not _CODE.fullmatch(given):
        return None
    code, now, found = pyotp.TOTP(secret), moment // INTERVAL, None
    for step in range(now - SLACK, now + SLACK + 1):  # all of them: the time taken tells nothing
        if hmac.compare_digest(code.at(step * INTERVAL), given):
            found = step
    return found
