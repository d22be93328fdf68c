"""What Streamlit's theme cannot express: the icon, our few style rules, the organisation's name."""

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
SIDEBAR_PX = 232
STYLES = ("style.css", "results/results.css")


def configure(t: Texts, context: AppContext) -> None:
    """Set the icon in the browser's tab, and add the few style rules of our own."""
    st.set_page_config(page_icon=str(HERE / "icon.png"), initial_sidebar_state=SIDEBAR_PX)
    brand = "\n".join(part for part in (t("app.title"), context.name) if part)
    sentences = (t("app.busy"), t("app.failed"), t("app.skip"), brand)
    st.html(_style(design.current(), context.settings.branding.logo, *sentences))


@lru_cache(16)
def _style(colours: Design, logo: str, busy: str, failed: str, skip: str, brand: str) -> str:
    """Our rules, with the colours, the sentences and the logo they refer to."""
    rules = "\n".join((HERE / name).read_text("utf-8") for name in STYLES)
    drawn = _text_picture(skip, colours.light.ink, colours.dark.ink)
    picture = f'url("data:image/svg+xml,{quote(drawn)}")'
    variables = f'--busy:"{busy}";--failed:"{failed}";--skip:{picture} / "{skip}";'
    variables += f'--brand:"{css_string(brand)}";'
    if logo:
        height = LOGO_PX + BENEATH_PX
        rules += (
            f'\n[data-testid="stSidebarNav"]::before{{padding-top:{height}px;'
            f'background:url("{logo}") no-repeat .6rem 0/auto {LOGO_PX}px}}'
        )
    return f"<style>{colours.css_schemes()}:root{{{variables}}}\n{rules}</style>"


def css_string(text: str) -> str:
    """Text that somebody chose, escaped so that it can be nothing but text in a style rule."""
    return "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text)


def _text_picture(text: str, light: str, dark: str) -> str:
    """Text as a picture: the only thing a style rule can put in the place of a link's text."""
    rules = f"text{{fill:{light}}}@media(prefers-color-scheme:dark){{text{{fill:{dark}}}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{9 * len(text)}" height="20">'
        f'<style>{rules}</style><text y="15" font-family="sans-serif" font-size="16">'
        f"{escape(text)}</text></svg>"
    )
