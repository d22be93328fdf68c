"""The address of a team's own results: a token nobody can guess, and nothing to look up.

A token is computed from the unit, its link version and the installation's secret, so the store
holds no list of them. Raising the version replaces a link that went astray.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable

TOKEN_BYTES = 18
TOKEN_LENGTH = 24


def token(secret: bytes, unit: str, version: int) -> str:
    """The token for `unit`: 24 symbols that are safe in an address (144 bits)."""
    message = f"teamklimaat results\0{version}\0{unit}".encode()
    digest = hmac.digest(secret, message, hashlib.sha256)
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def unit_of(secret: bytes, units: Iterable[tuple[str, int]], sent: str) -> str | None:
    """The unit to whose token the `sent` one is equal, or None.

    Parameters
    ----------
    units
        Every unit with its link version. All are tried, also after a match: the time taken
        tells nothing.
    """
    if len(sent) != TOKEN_LENGTH:
        return None
    matching = None
    for unit, version in units:
        if hmac.compare_digest(token(secret, unit, version).encode(), sent.encode()):
            matching = unit
    return matching
