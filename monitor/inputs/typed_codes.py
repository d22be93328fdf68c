"""Codes that people copy from paper: how they are made up, shown and read as typed.

The symbols are those of Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O
or U, so that a code read as one of the first three still has one meaning.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from urllib.parse import unquote

from monitor.inputs import signs

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = 5
"""Bits in one symbol."""
GROUP = 4
"""Symbols between two dashes."""
LONGEST_TYPED = 300
"""Characters of what was typed that are looked at."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LINK = re.compile(r"(?:https?://\S*?/|/pulse/)([^/?#\s]+)/?(?:[?#]\S*)?(?=\s|\Z)", re.IGNORECASE)
"""A link that ends in a code, which is its last part."""
_SEPARATORS = frozenset("PZC")
"""First letters of the Unicode categories that stand between symbols: punctuation, blanks, unseen
signs."""


def random_code(length: int, alphabet: str = ALPHABET) -> str:
    """A fresh code of `length` random symbols."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def encode(number: int, length: int) -> str:
    """The lowest bits of `number` as `length` symbols, the most significant first."""
    return "".join(ALPHABET[number >> BITS * place & 31] for place in reversed(range(length)))


def decode(code: str) -> int:
    """The number that `code` stands for; the reverse of :func:`encode`.

    Raises
    ------
    ValueError
        When there is a symbol in it that is in no code.
    """
    number = 0
    for symbol in code:
        number = number << BITS | ALPHABET.index(symbol)
    return number


def grouped(code: str) -> str:
    """The code in groups of four, as shown and printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def cleaned(typed: str) -> str:
    """What was typed, in capitals, with 0 for O and 1 for I or L, and with symbols only.

    Dashes, dots, blanks and signs nobody sees go, whatever keyboard or program made them. Of a
    link the last part is taken. The result need not be a code.
    """
    text = typed[:LONGEST_TYPED]
    link = _LINK.search(text)
    symbols = "".join(
        symbol
        for symbol in unicodedata.normalize("NFKC", unquote(link[1]) if link else text)
        if not _is_separator(symbol)
    )
    return symbols.upper().translate(_MISREAD)


def _is_separator(symbol: str) -> bool:
    return (
        unicodedata.category(symbol)[0] in _SEPARATORS or signs.is_dash(symbol) or symbol in "<>`^"
    )


def has_only_symbols(text: str) -> bool:
    """Whether every character of `text` may occur in a code."""
    return set(text) <= set(ALPHABET)
