"""Keys that follow from the installation's secret, for what reads a store by its engine alone.

The secret is not in the store, so whoever can write there can make no code under these keys.
"""

from __future__ import annotations

import hashlib
import hmac
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

_secrets: WeakKeyDictionary[Engine, bytes] = WeakKeyDictionary()


def remember(engine: Engine, secret: bytes) -> None:
    """Keep the secret of the installation whose store this is, for as long as the engine lives."""
    _secrets[engine] = secret


def key_for(engine: Engine, use: str) -> bytes | None:
    """The key of 32 bytes for one use; None for a store that was opened without its secret."""
    secret = _secrets.get(engine)
    if secret is None:
        return None
    return hmac.digest(secret, b"teamklimaat derived key\0" + use.encode(), hashlib.sha256)
