"""Sealing what the server itself must be able to read again, so that a stolen store is no use.

The key is derived from the installation's secret, which is kept outside the database and its
backups, and from the account: what is sealed for one account opens for no other.
"""

from __future__ import annotations

import hashlib
import hmac

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


def seal(secret: bytes, account: str, plain: bytes) -> bytes:
    """`plain`, readable only with the installation's `secret` and for this account."""
    return bytes(SecretBox(_key(secret, b"seal", account)).encrypt(plain))


def unseal(secret: bytes, account: str, sealed: bytes) -> bytes | None:
    """What was sealed; None when the secret or the account is another one, or it was altered."""
    try:
        return SecretBox(_key(secret, b"seal", account)).decrypt(sealed)
    except (CryptoError, ValueError):
        return None


def fingerprint(secret: bytes, account: str, text: str) -> bytes:
    """A digest of `text` that cannot be guessed at without the installation's secret."""
    return hmac.digest(_key(secret, b"fingerprint", account), text.encode(), hashlib.sha256)


def _key(secret: bytes, use: bytes, account: str) -> bytes:
    message = b"teamklimaat vault\0" + use + b"\0" + account.encode()
    return hmac.digest(secret, message, hashlib.sha256)
