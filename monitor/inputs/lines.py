"""A line of text that somebody typed, in the one way in which it is stored."""

from __future__ import annotations

from monitor.inputs import signs


def clean_line(text: str, most: int) -> str | None:
    """The text on one line, cleaned as cells of a file are (`signs.clean`).

    None when nothing is left, it is longer than `most`, or a character in it does not print.

    Examples
    --------
    >>> clean_line("  Werk\\n en   Inkomen ", 120)
    'Werk en Inkomen'
    """
    line = signs.clean(" ".join(text.split()))
    return line if 0 < len(line) <= most and line.isprintable() else None
