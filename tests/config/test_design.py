"""Everybody can read the colours and tell them apart."""

from __future__ import annotations

from itertools import combinations

import pytest

from monitor.config.design import DARK, DESIGN, LIGHT, Palette

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(colour: str, other: str) -> float:
    def light(colour: str) -> float:
        red, green, blue = linear(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(colour), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def seen(colour: str, eyes: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    return lab([sum(m * part for m, part in zip(row, rgb, strict=True)) for row in EYES[eyes]])


def distance(colour: str, other: str, eyes: str) -> float:
    pairs = zip(seen(colour, eyes), seen(other, eyes), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@BOTH
@pytest.mark.parametrize("behind", ["paper", "surface"])
@pytest.mark.parametrize("name", ["ink", "quiet", "accent", "warn", "low", "middle", "high"])
def test_text_can_be_read(palette: Palette, name: str, behind: str) -> None:
    assert contrast(getattr(palette, name), getattr(palette, behind)) >= 4.5


@BOTH
def test_text_on_tints_and_buttons_can_be_read(palette: Palette) -> None:
    assert contrast(palette.ink, palette.accent_soft) >= 4.5
    assert contrast(palette.quiet, palette.accent_soft) >= 4.5
    assert contrast(palette.warn, palette.warn_soft) >= 4.5
    assert contrast(palette.on_accent, palette.accent) >= 4.5


@BOTH
def test_controls_and_chart_lines_stand_out_from_what_is_behind_them(palette: Palette) -> None:
    for colour in (palette.edge, palette.accent):
        assert contrast(colour, palette.paper) >= 3
        assert contrast(colour, palette.surface) >= 3


@BOTH
@pytest.mark.parametrize("eyes", EYES)
def test_colours_that_differ_in_meaning_differ_for_colour_blind_eyes(
    palette: Palette, eyes: str
) -> None:
    for colour, other in combinations((palette.low, palette.middle, palette.high), 2):
        assert distance(colour, other, eyes) >= 20


def test_the_palette_becomes_css_variables() -> None:
    css = DESIGN.css_variables()

    assert css.startswith("--paper:#FAF7F2;")
    assert "--accent-soft:#E3EEED;" in css
    assert "--high:#1B6390;" in css
