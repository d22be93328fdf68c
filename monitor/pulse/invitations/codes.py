"""Invitation codes: 80 random bits a person can type from paper.

Twenty symbols (see :mod:`monitor.inputs.typed_codes`): two for the period, sixteen random, two
that catch a slip of the finger. The period is in the code because after a round has closed
nothing else remembers it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from monitor.errors import CodeMalformed
from monitor.inputs.typed_codes import cleaned, decode, encode, grouped, has_only_symbols
from monitor.pulse import periods

RANDOM_SYMBOLS = 16
RANDOM_BYTES = RANDOM_SYMBOLS * 5 // 8
LENGTH = 2 + RANDOM_SYMBOLS + 2
_CHECK_MODULUS = 1021
"""The largest prime below 32²: every single wrong symbol and every swap of neighbours is caught."""

show = grouped


@dataclass(frozen=True, slots=True)
class Code:
    """A well-formed code; its text is not in ``repr``, and so not in tracebacks or logs."""

    text: str = field(repr=False)
    period: str


def new_code(period: str) -> str:
    """A fresh random code for a round."""
    return code_of(period, secrets.token_bytes(RANDOM_BYTES))


def code_of(period: str, bits: bytes) -> str:
    """The code of a round with these 80 bits, which must be random or cryptographically derived."""
    if len(bits) != RANDOM_BYTES:
        raise ValueError("a code needs 80 bits")
    body = encode(periods.number(period), 2) + encode(int.from_bytes(bits), RANDOM_SYMBOLS)
    return body + _check_symbols(body)


def parse(typed: str) -> Code:
    """Read a code as typed: any case, with or without dashes, O for 0 and I or L for 1.

    Raises
    ------
    CodeMalformed
        When it cannot be a code; ``key`` says why.
    """
    text = cleaned(typed)
    if len(text) != LENGTH:
        raise CodeMalformed("code.length", length=LENGTH)
    if not has_only_symbols(text):
        raise CodeMalformed("code.symbols")
    if _check_symbols(text[:-2]) != text[-2:]:
        raise CodeMalformed("code.typo")
    return Code(text, periods.from_number(decode(text[:2])))


def _check_symbols(body: str) -> str:
    return encode(decode(body) % _CHECK_MODULUS, 2)
