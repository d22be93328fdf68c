"""Whether two colours can be told apart, as WCAG 2.2 measures it."""

from __future__ import annotations

from collections.abc import Iterator

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
    *(("edge", behind, CONTROL) for behind in _BEHIND),
)
"""What meets on a page: the name of the one, of the other, and the contrast it needs."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (``#RRGGBB``), from 1 to 21."""
    dark, bright = sorted((_light(one), _light(other)))
    return (bright + 0.05) / (dark + 0.05)


def faults(palette: Palette) -> Iterator[tuple[str, str, float, float]]:
    """Each pair that cannot be read: both names, the contrast there is, and what it needs."""
    for one, other, least in PAIRS:
        found = contrast(getattr(palette, one), getattr(palette, other))
        if found < least:
            yield one, other, found, least


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of ``#RRGGBB`` as amounts of light, 0..1."""
    red, green, blue = (_amount(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return red, green, blue


def _amount(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _light(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
