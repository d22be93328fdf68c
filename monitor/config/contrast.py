"""Contrast between two colours, as WCAG 2.2 defines it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.config.design import Palette

TEXT = 4.5
"""The least contrast of text and what is behind it (success criterion 1.4.3)."""
CONTROL = 3.0
"""The least contrast of a control's border, a line or a ring (1.4.11)."""

_BEHIND = ("paper", "surface")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(
        (name, behind, TEXT)
        for name in ("ink", "quiet", "accent", "warn", "low", "middle", "high")
        for behind in _BEHIND
    ),
    ("ink", "accent_soft", TEXT),
    ("quiet", "accent_soft", TEXT),
    ("accent", "accent_soft", TEXT),
    ("ink", "warn_soft", TEXT),
    ("warn", "warn_soft", TEXT),
    ("on_accent", "accent", TEXT),
    ("on_deep", "deep", TEXT),
    ("ink", "sunk", TEXT),
    ("quiet", "sunk", TEXT),
    ("accent", "sunk", TEXT),
    ("ink", "high_soft", TEXT),
    ("high", "high_soft", TEXT),
    ("ink", "low_span", TEXT),
    ("warn", "low_span", TEXT),
    ("ink", "high_span", TEXT),
    ("high", "high_span", TEXT),
    *(("edge", behind, CONTROL) for behind in _BEHIND),
)
"""The pairs of colours that meet on a page, by name, and the contrast each pair needs."""


@dataclass(frozen=True, slots=True)
class ContrastFault:
    """Two colours that cannot be told apart: their names, their contrast, and what it should be."""

    colour: str
    behind: str
    contrast: float
    least: float


def contrast(colour: str, behind: str) -> float:
    """The contrast ratio of two colours (``#RRGGBB``), from 1 to 21."""
    dark, bright = sorted((_luminance(colour), _luminance(behind)))
    return (bright + 0.05) / (dark + 0.05)


def faults(palette: Palette) -> Iterator[ContrastFault]:
    """Each pair of the palette with too little contrast."""
    for colour, behind, least in PAIRS:
        ratio = contrast(getattr(palette, colour), getattr(palette, behind))
        if ratio < least:
            yield ContrastFault(colour, behind, ratio, least)


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of ``#RRGGBB`` as amounts of light, 0..1."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
