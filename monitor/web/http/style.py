"""The stylesheets of the staff door, written into the page so that a page is one request.

Their digests go into the Content-Security-Policy: any other style, and every script, is refused
by the browser.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from monitor.config import design
from monitor.config.design import Design

FOLDER = Path(__file__).parent.parent / "styles"


def css() -> str:
    """The sheet of every page: the design's values as variables, then ``style.css``."""
    return _css(design.current())


@cache
def _css(look: Design) -> str:
    return (
        f":root{{{look.css_variables()}{_measures(look)}color-scheme:light dark}}"
        f"@media(prefers-color-scheme:dark){{:root{{{look.css_variables(dark=True)}}}}}"
        + _squeezed(FOLDER / "style.css")
    )


@cache
def sheet(name: str) -> str:
    """The sheet that a page adds to it, ``style_<name>.css``."""
    return _squeezed(FOLDER / f"style_{name}.css")


def policy_sources() -> str:
    """All sheets as sources in a Content-Security-Policy: ``'sha256-...' 'sha256-...'``."""
    return _policy_sources(design.current())


@cache
def _policy_sources(look: Design) -> str:
    added = sorted(file.stem.removeprefix("style_") for file in FOLDER.glob("style_*.css"))
    return " ".join(_source(sent) for sent in (_css(look), *map(sheet, added)))


def _source(sent: str) -> str:
    digest = hashlib.sha256(sent.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _measures(look: Design) -> str:
    letters, space = look.type, look.space
    return (
        f"--family:{letters.family};--family-code:{letters.family_code};"
        f"--base:{letters.base_px}px;--line-height:{letters.line};"
        f"--xs:{space.xs}rem;--s:{space.s}rem;--m:{space.m}rem;--l:{space.l}rem;--xl:{space.xl}rem;"
        f"--target:{space.target_px}px;--radius:{space.radius_px}px;--page:{space.page_rem}rem;"
    )


def _squeezed(file: Path) -> str:
    """Without comments and line ends."""
    source = file.read_text(encoding="utf-8")
    without_comments = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "", without_comments)
