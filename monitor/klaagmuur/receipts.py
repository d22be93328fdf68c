"""Receipt codes and recovery codes: random bits that a person can copy onto paper.

Their symbols are those of :mod:`monitor.inputs.typed_codes`, in groups of four. There is no
check symbol: whether a code was mistyped or opens nothing any more looks the same.
"""

from __future__ import annotations

import secrets

from monitor.inputs.typed_codes import (
    GROUP,
    cleaned,
    encode,
    grouped,
    has_only_symbols,
    random_code,
)
from monitor.klaagmuur.refusals import KeyRefused, ReceiptRefused

RECEIPT_SYMBOLS = 20
"""100 random bits."""
RECOVERY_SYMBOLS = 32
"""160 random bits."""

show = grouped


def from_material(material: bytes) -> str:
    """A receipt code out of 32 bytes that are as good as random."""
    # The least significant symbol comes first: pages that were handed out hold such codes.
    return encode(int.from_bytes(material), RECEIPT_SYMBOLS)[::-1]


def new_receipt() -> str:
    """A fresh random receipt code."""
    return from_material(secrets.token_bytes(32))


def new_recovery() -> str:
    """A fresh random recovery code."""
    return random_code(RECOVERY_SYMBOLS)


def parse_receipt(typed: str) -> str:
    """Read a receipt code in any case, with any dashes and spaces, O for 0 and I or L for 1.

    Raises
    ------
    ReceiptRefused
        When it does not have twenty symbols, or has one that is not in the alphabet.
    """
    code = cleaned(typed)
    if len(code) != RECEIPT_SYMBOLS or not has_only_symbols(code):
        raise ReceiptRefused("receipt.malformed", length=RECEIPT_SYMBOLS)
    return code


def parse_recovery(typed: str) -> str:
    """Read a recovery code; as lenient as :func:`parse_receipt`.

    Raises
    ------
    KeyRefused
        When it cannot be a recovery code.
    """
    code = cleaned(typed)
    if len(code) != RECOVERY_SYMBOLS or not has_only_symbols(code):
        raise KeyRefused("recovery.malformed", length=RECOVERY_SYMBOLS)
    return code


def same_group(code: str, number: int, typed: str) -> bool:
    """Whether `typed` is the group of four numbered `number` (from 1)."""
    group = code[GROUP * (number - 1) : GROUP * number]
    return bool(group) and secrets.compare_digest(group.encode(), cleaned(typed).encode())
