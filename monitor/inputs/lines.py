"""A line of text that somebody typed, in the one way in which it is stored."""

from __future__ import annotations

import unicodedata


def clean_line(text: str, most: int) -> str | None:
    """The text on one line: in Unicode's composed form, single spaces, none around it.

    None when nothing is left, it is longer than `most`, or a character in it does not print.

    Examples
    --------
    >>> clean_line("  Werk\\n en   Inkomen ", 120)
    'Werk en Inkomen'
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return line if 0 < len(line) <= most and line.isprintable() else None
