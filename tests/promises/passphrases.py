"""The passphrase of everybody in a town that is attacked."""

from __future__ import annotations

from functools import cache

from monitor.access import passphrase

GOOD = "vier losse natte eenden"


@cache
def good_hash() -> str:
    """Its hash, which takes a tenth of a second."""
    return passphrase.hashed(GOOD)
