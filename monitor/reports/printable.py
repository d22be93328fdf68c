"""Which letters the fonts we ship can print, and what stands in the place of others.

The fonts are Source Sans, Noto for other scripts, and Droid for Chinese, Japanese and Korean. A
single letter that no font has would refuse the whole document, so a mark stands in its place.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

COVERED = Path(__file__).parent / "fonts" / "covered.txt"
"""The ranges of code points that the fonts have; ``tests/reports`` holds it against them."""
FAMILIES = (
    "Source Sans Pro",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Armenian",
    "Noto Sans Bengali",
    "Noto Sans Devanagari",
    "Noto Sans Ethiopic",
    "Noto Sans Georgian",
    "Noto Sans Gurmukhi",
    "Noto Sans Hebrew",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Noto Sans Tifinagh",
    "Droid Sans Fallback",
)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_JOINERS = "\u200c\u200d"
"""Zero-width joiners: without them some scripts are written wrongly."""


def cleaned(data: Any) -> Any:
    """`data` with every text in it printable; the keys stay as they are."""
    if isinstance(data, str):
        return text(data)
    if isinstance(data, list | tuple):
        return [cleaned(item) for item in data]
    if isinstance(data, dict):
        return {key: value if key == "svg" else cleaned(value) for key, value in data.items()}
    return data


def text(words: str) -> str:
    """The words in letters that can be printed, in composed form."""
    return "".join(_letters(unicodedata.normalize("NFC", words)))


def is_covered(letter: str) -> bool:
    """Whether one of the fonts has the letter."""
    starts, ends = _ranges()
    place = bisect_right(starts, ord(letter)) - 1
    return place >= 0 and ord(letter) <= ends[place]


def _letters(words: str) -> Iterator[str]:
    for letter in words:
        category = unicodedata.category(letter)
        if letter in "\n\t" or category == "Zs":
            yield " " if letter != "\u00a0" else letter
        elif category in ("Cc", "Cf", "Cs", "Co", "Cn"):
            # Invisible, or it would turn the direction of what follows.
            if letter in _JOINERS and is_covered(letter):
                yield letter
        else:
            yield letter if is_covered(letter) else REPLACEMENT


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = [line.split("-") for line in COVERED.read_text("ascii").split()]
    return [int(first, 16) for first, _ in pairs], [int(last, 16) for _, last in pairs]
