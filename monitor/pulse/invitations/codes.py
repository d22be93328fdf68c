"""Invitation codes: 80 random bits a person can type from paper.

Twenty symbols of Crockford's base 32 (https://www.crockford.com/base32.html): two for the
period, sixteen random, two that catch a slip of the finger. The period is in the code because
after a round has closed nothing else remembers it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from monitor.errors import CodeMalformed
from monitor.pulse import periods

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_SYMBOLS = 16
RANDOM_BYTES = RANDOM_SYMBOLS * 5 // 8
LENGTH = 2 + RANDOM_SYMBOLS + 2
_FORGIVEN = str.maketrans(
    {"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\u2013": "", "\u00a0": ""}
)
_CHECK_MODULUS = 1021
"""The largest prime below 32²: every single wrong symbol and every swap of neighbours shows."""


@dataclass(frozen=True, slots=True)
class Code:
    """A well-formed code; its text is kept out of ``repr`` and so out of tracebacks and logs."""

    text: str = field(repr=False)
    period: str


def new_code(period: str) -> str:
    """A fresh random code for a round."""
    return code_of(period, secrets.token_bytes(RANDOM_BYTES))


def code_of(period: str, bits: bytes) -> str:
    """The code of a round with these 80 bits: random ones, or as good as random."""
    if len(bits) != RANDOM_BYTES:
        raise ValueError("a code needs 80 bits")
    number = int.from_bytes(bits, "big")
    symbols = (ALPHABET[number >> 5 * place & 31] for place in reversed(range(RANDOM_SYMBOLS)))
    body = _pair(periods.number(period)) + "".join(symbols)
    return body + _check(body)


def show(code: str) -> str:
    """The code in groups of four, as printed."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def parse(typed: str) -> Code:
    """Read a code as typed: any case, with or without dashes, O for 0 and I or L for 1.

    Raises
    ------
    CodeMalformed
        When it cannot be a code; ``key`` says why.
    """
    text = typed.strip().upper().translate(_FORGIVEN)
    if len(text) != LENGTH:
        raise CodeMalformed("code.length", length=LENGTH)
    if any(symbol not in ALPHABET for symbol in text):
        raise CodeMalformed("code.symbols")
    if _check(text[:-2]) != text[-2:]:
        raise CodeMalformed("code.typo")
    return Code(text, periods.from_number(_value(text[:2])))


def _check(body: str) -> str:
    return _pair(_value(body) % _CHECK_MODULUS)


def _pair(number: int) -> str:
    return ALPHABET[number // 32] + ALPHABET[number % 32]


def _value(text: str) -> int:
    total = 0
    for symbol in text:
        total = total * 32 + ALPHABET.index(symbol)
    return total
