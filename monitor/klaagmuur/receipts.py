"""Receipt codes and recovery codes: random bits a person can copy onto paper.

Crockford's base 32 (https://www.crockford.com/base32.html), in groups of four. There is no
check symbol: whether a code was mistyped or opens nothing any more looks the same.
"""

from __future__ import annotations

import secrets

from monitor.klaagmuur.refusals import KeyRefused, ReceiptRefused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_SYMBOLS = 20
"""100 random bits."""
RECOVERY_SYMBOLS = 32
"""160 random bits."""
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = frozenset(" -\u2010\u2011\u2012\u2013\u2014\u00a0\t\r\n.")


def from_material(material: bytes) -> str:
    """A receipt code out of 32 bytes that are as good as random."""
    number = int.from_bytes(material)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(RECEIPT_SYMBOLS))


def new_receipt() -> str:
    """A fresh random receipt code."""
    return from_material(secrets.token_bytes(32))


def new_recovery() -> str:
    """A fresh random recovery code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_SYMBOLS))


def show(code: str) -> str:
    """The code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def parse_receipt(typed: str) -> str:
    """Read a receipt code in any case, with any dashes and spaces, O for 0 and I or L for 1.

    Raises
    ------
    ReceiptRefused
        When it has not twenty symbols, or one that is never in a code.
    """
    code = _plain(typed)
    if len(code) != RECEIPT_SYMBOLS or not set(code) <= set(ALPHABET):
        raise ReceiptRefused("receipt.malformed", length=RECEIPT_SYMBOLS)
    return code


def parse_recovery(typed: str) -> str:
    """Read a recovery code; as forgiving as :func:`parse_receipt`.

    Raises
    ------
    KeyRefused
        When it cannot be one.
    """
    code = _plain(typed)
    if len(code) != RECOVERY_SYMBOLS or not set(code) <= set(ALPHABET):
        raise KeyRefused("recovery.malformed", length=RECOVERY_SYMBOLS)
    return code


def same_group(code: str, number: int, typed: str) -> bool:
    """Whether `typed` is the group of four numbered `number` (from 1)."""
    return secrets.compare_digest(code[4 * number - 4 : 4 * number], _plain(typed)[:8] or "-")


def _plain(typed: str) -> str:
    kept = "".join(symbol for symbol in typed[:200] if symbol not in _SEPARATORS)
    return kept.upper().translate(_FORGIVEN)
