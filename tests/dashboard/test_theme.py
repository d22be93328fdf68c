"""The framework's theme and our style rules use the values of the one design."""

from __future__ import annotations

import re
import tomllib

import pytest

from monitor.config.design import DARK, DESIGN, LIGHT, Palette
from monitor.config.folders import PACKAGE
from monitor.server.serve import theme_of

DASHBOARD = PACKAGE / "dashboard"
THEME = tomllib.loads((DASHBOARD / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
STYLE = (DASHBOARD / "style.css").read_text("utf-8")


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_the_theme_has_the_colours_of_the_design(scheme: str, palette: Palette) -> None:
    theme = THEME[scheme]
    assert {name: value for name, value in theme.items() if name != "sidebar"} == theme_of(palette)
    assert theme["sidebar"] == {"backgroundColor": palette.sunk}


def test_the_theme_has_the_type_and_the_corners_of_the_design() -> None:
    assert THEME["font"] == DESIGN.type.family_dashboard
    assert THEME["codeFont"] == DESIGN.type.family_code
    assert THEME["baseFontSize"] == DESIGN.type.base_px
    assert THEME["baseRadius"] == f"{DESIGN.space.radius_px}px"


def test_a_primary_button_can_be_read_in_both_schemes() -> None:
    """The framework writes white on it: 1.8:1 on the accent of the dark scheme."""
    rules = re.findall(r"([^{}]*)\{([^}]*)\}", STYLE)
    (body,) = [body for selector, body in rules if "stBaseButton-primary" in selector]

    assert "color: var(--on-accent)" in body


def test_our_own_rules_name_no_colour_but_those_of_the_design() -> None:
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", STYLE) == []
    names = set(re.findall(r"var\(--([a-z0-9-]+)\)", STYLE))
    defined = {"brand", "busy", "failed", "skip"} | set(
        re.findall(r"--([a-z0-9-]+):", DESIGN.css_variables())
    )
    assert names
    assert names <= defined


def test_our_own_rules_fetch_nothing() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
