"""Text that was decoded with the wrong encoding, and saved as that.

Such a text decodes without a fault; only its signs show it. Each pattern below is one that a wrong
decoding makes and that Dutch, Frisian and the languages around do not write.
"""

from __future__ import annotations

import re

_LETTER = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
_LATER_BYTES = frozenset(
    bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0)
) | frozenset(map(chr, range(0x80, 0xA0)))
"""What the second and later bytes of a letter in UTF-8 read as in Windows-1252 or Latin-1."""
_IN_TEXT = frozenset("\u2018\u2019\u201c\u201d\u00bb\u2026\u00a0\u00b4\u00b7\u00ad\u2013\u2014")
"""Those of them that stand beside a letter in good texts as well."""
_LETTERS = frozenset("\u0152\u0153\u0160\u0161\u017d\u017e\u0178\u00aa\u00ba")


def _class(signs: frozenset[str]) -> str:
    return "[" + re.escape("".join(sorted(signs))) + "]"


_UTF8 = (
    # é became Ã©, ë became Ã«, ’ became â€™, š became Å¡.
    rf"[\u00c4\u00c5]{_class(_LATER_BYTES - _IN_TEXT)}",
    r"\u00e2[\u20ac\u201a\u0080\u0082]",
    r"\u00ef\u00bb\u00bf",
    r"\u00f0[\u0178\u009f]",
)
_PATTERNS = (
    *_UTF8,
    rf"\u00c3(?![{_LETTER}])",
    rf"\u00c2(?![{_LETTER}]|$)",
    # A DOS code page read as Windows-1252: ú became £, è became Š.
    rf"(?<=[{_LETTER}]){_class(_LATER_BYTES - _IN_TEXT - _LETTERS)}(?=[{_LETTER}])",
    rf"(?<=[{_LETTER}])[\u201a\u201e\u2030\u0192\u02c6\u2039\u2021\u02dc]",
    r"[\u201a\u0192\u02c6\u2030]{2}",
    r"(?<=[a-z])[\u0152\u0160\u017d\u0178]",
    # Mac Roman read as Windows-1252: \u00eb became \u2018.
    rf"(?<=[{_LETTER}])\u2018(?=[{_LETTER}])",
    # What could not be encoded was replaced when the file was saved.
    r"\ufffd",
    rf"(?<=[{_LETTER}])\?(?=[{_LETTER}])(?!\w+=)",
)
_GARBLED = re.compile("|".join(_PATTERNS))
_LONG_GARBLED = re.compile("|".join((*_UTF8, rf"[\u00c2\u00c3]{_class(_LATER_BYTES)}", "\ufffd")))


def is_garbled(text: str) -> bool:
    """Whether a short text, such as a name, was decoded wrongly.

    Examples
    --------
    >>> is_garbled("Gemeente S\\u00c3\\u00badw\\u00c3\\u00a2ld"), is_garbled("S\\u00fadw\\u00e2ld")
    (True, False)
    """
    return _GARBLED.search(text) is not None


def garbled_line(text: str) -> int | None:
    """The first line of a long text that holds UTF-8 decoded as something else, from 1."""
    match = _LONG_GARBLED.search(text)
    return None if match is None else text.count("\n", 0, match.start()) + 1
