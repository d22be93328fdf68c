"""What Streamlit's theme cannot say: the icon, our few style rules, whose program it is."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from monitor.config import design
from monitor.config.design import Design
from monitor.context import AppContext
from monitor.locale import Texts

HERE = Path(__file__).parent
LOGO_PX, BENEATH_PX = 40, 12


def configure(t: Texts, context: AppContext) -> None:
    """The icon in the browser's tab, and the few style rules of our own."""
    st.set_page_config(page_icon=str(HERE / "icon.png"), layout="centered")
    brand = "\n".join(part for part in (t("app.title"), context.name) if part)
    said = (t("app.busy"), t("app.failed"), t("app.skip"), brand)
    st.html(_style(design.current(), context.settings.branding.logo, *said))


@lru_cache(16)
def _style(look: Design, logo: str, busy: str, failed: str, skip: str, brand: str) -> str:
    """Our few rules, and the design's colours, the sentences and the logo they name."""
    rules = (HERE / "style.css").read_text("utf-8")
    drawn = f'url("data:image/svg+xml,{quote(_written(skip, look.light.ink))}")'
    said = f'--busy:"{busy}";--failed:"{failed}";--skip:{drawn} / "{skip}";'
    said += f'--brand:"{_in_css(brand)}";'
    if logo:
        room = LOGO_PX + BENEATH_PX
        rules += (
            f'\n[data-testid="stSidebarNav"]::before{{padding-top:{room}px;'
            f'background:url("{logo}") no-repeat .6rem 0/auto {LOGO_PX}px}}'
        )
    return f"<style>:root{{{look.css_variables()}{said}}}\n{rules}</style>"


def _in_css(line: str) -> str:
    """A line somebody chose, so that it can be nothing but text in a style rule."""
    return "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in line)


def _written(line: str, colour: str) -> str:
    """A line as a picture: the only thing a style rule can put in the place of a link's text."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{9 * len(line)}" height="20">'
        f'<text y="15" font-family="sans-serif" font-size="16" fill="{colour}">{escape(line)}'
        "</text></svg>"
    )
