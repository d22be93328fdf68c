"""Random tokens for sessions and welcome links; the store only ever sees their digest."""

from __future__ import annotations

import hashlib
import re
import secrets

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits, as 43 symbols that are safe in a cookie and an address."""
    return secrets.token_urlsafe(32)


def digest(token: str | None) -> bytes | None:
    """What the store knows a token by; None for what cannot be one."""
    if token is None or not _SHAPE.fullmatch(token):
        return None
    return hashlib.sha256(token.encode()).digest()
