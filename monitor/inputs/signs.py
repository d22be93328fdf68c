"""Blanks, dashes and invisible signs: which there are in Unicode, and texts without the odd ones.

A sign that looks like a blank, a dash or nothing at all is typed by no keyboard; it comes along
with a paste from a web page, a mail or a word processor. Whatever people compare by reading, such
as a key, a name or a code, is compared here as they read it.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and patterns that are drawn as a blank."""
_ZERO_WIDTH = frozenset(
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
)
"""Signs without a width that turn nothing around: they may be left out unseen."""
_HYPHENS = frozenset("\u2010\u2011\u2043\ufe63\uff0d")
"""Dashes that are a hyphen to whoever reads them; an en dash in a name is not."""
_MINUS = "\u2212"
_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LOOKS_LIKE = str.maketrans(
    # Cyrillic, then Greek, in small letters: those that read as a Latin letter in either case.
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455"
    "\u0501\u04bb\u0475\u051b\u051d\u0131"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
    "abekmhopctyxijsdhvqwiabezhikmvoptyx",
)


@cache
def is_blank(sign: str) -> bool:
    """Whether `sign` is drawn as a blank, of whatever width; a line's end is none."""
    if sign in _LINE_ENDS:
        return False
    return sign == "\t" or unicodedata.category(sign) == "Zs" or sign in _FILLERS


@cache
def is_dash(sign: str) -> bool:
    """Whether `sign` is a hyphen, a dash or a minus."""
    return unicodedata.category(sign) == "Pd" or sign in _HYPHENS or sign == _MINUS


def is_zero_width(sign: str) -> bool:
    """Whether `sign` is drawn as nothing, and may be left out."""
    return sign in _ZERO_WIDTH


def has_invisible(text: str) -> bool:
    """Whether there is a sign in `text` that nobody sees, a line's end included."""
    return any(
        unicodedata.category(sign) in _INVISIBLE or sign in _ZERO_WIDTH or sign in _FILLERS
        for sign in text
    )


def clean(text: str) -> str:
    """The text as it is read: composed, without signs of no width, each run of blanks one space.

    Line ends and control signs stay, for whoever refuses them.

    Examples
    --------
    >>> clean("  Wmo\\u00a0 Noord\\u200b ")
    'Wmo Noord'
    """
    symbols = (
        " " if is_blank(sign) else "-" if sign in _HYPHENS else sign
        for sign in unicodedata.normalize("NFC", text)
        if sign not in _ZERO_WIDTH
    )
    return " ".join(part for part in "".join(symbols).split(" ") if part).strip()


def clean_key(text: str) -> str:
    """As :func:`clean`, with every dash a hyphen."""
    return "".join("-" if is_dash(sign) else sign for sign in clean(text))


def as_read(text: str) -> str:
    """The same text for all texts that look alike to a reader: no case, plain dashes, one alphabet.

    Examples
    --------
    >>> as_read("WMO\\u2013N\\u043e\\u043erd") == as_read("wmo-noord")
    True
    """
    plain = unicodedata.normalize("NFKC", clean_key(text)).casefold()
    return " ".join(clean_key(plain).translate(_LOOKS_LIKE).split())


def mixes_alphabets(text: str) -> bool:
    """Whether a word in `text` has letters of more than one of Latin, Greek and Cyrillic."""
    return any(len(_alphabets(word)) > 1 for word in text.split())


def _alphabets(word: str) -> set[str]:
    names = {unicodedata.name(sign, "").partition(" ")[0] for sign in word if sign.isalpha()}
    return names & {"LATIN", "GREEK", "CYRILLIC"}
