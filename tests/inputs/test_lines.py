"""Lines that people type are stored in one way."""

from __future__ import annotations

import pytest

from monitor.inputs.lines import clean_line


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Wmo", "Wmo"),
        ("  Werk \t en\nInkomen ", "Werk en Inkomen"),
        ("Cafe\N{COMBINING ACUTE ACCENT}", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("Wmo\N{ZERO WIDTH SPACE}", "Wmo"),
        ("Wmo\N{NON-BREAKING HYPHEN}Noord\N{NARROW NO-BREAK SPACE}2", "Wmo-Noord 2"),
        ("a" * 12, "a" * 12),
    ],
)
def test_a_line_is_tidied(typed: str, stored: str) -> None:
    assert clean_line(typed, 12 if typed.startswith("a") else 120) == stored


@pytest.mark.parametrize("typed", ["", " \n\t", "a" * 13, "Wmo\N{RIGHT-TO-LEFT OVERRIDE}", "Wmo\0"])
def test_what_cannot_be_a_line_is_none(typed: str) -> None:
    assert clean_line(typed, 12) is None
