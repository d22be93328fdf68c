"""Time-based one-time passwords (RFC 6238): six digits, from a telephone, for half a minute."""

from __future__ import annotations

import hmac
import re

import pyotp

INTERVAL = 30
SLACK = 1
"""Half minutes by which a telephone's clock may be off, either way."""
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """160 random bits, as the 32 letters and digits a person can type into an app."""
    return pyotp.random_base32()


def address(secret: str, email: str, issuer: str) -> str:
    """The text of the QR code: the secret, and what to call it in the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, typed: str, moment: int) -> int | None:
    """The half minute a code belongs to, or None when it belongs to none of those around now.

    Parameters
    ----------
    moment
        Seconds since 1970.
    """
    digits = "".join(typed.split())
    if not _CODE.fullmatch(digits):
        return None
    codes, present, matching = pyotp.TOTP(secret), moment // INTERVAL, None
    # All of them are compared, so that the time taken tells nothing.
    for step in range(present - SLACK, present + SLACK + 1):
        if hmac.compare_digest(codes.at(step * INTERVAL), digits):
            matching = step
    return matching
