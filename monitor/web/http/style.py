"""The stylesheets of the plain pages, written into the page so that a page is one request.

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


def base_stylesheet() -> str:
    """The stylesheet of every page: the design's values as variables, then ``style.css``."""
    return _base_stylesheet(design.current())


@cache
def _base_stylesheet(values: Design) -> str:
    return (
        f":root{{{_used(values.css_variables())}{_measures(values)}color-scheme:light dark}}"
        f"@media(prefers-color-scheme:dark){{:root{{{_used(values.css_variables(dark=True))}}}}}"
        + _minified(FOLDER / "style.css")
    )


@cache
def stylesheet(name: str) -> str:
    """The stylesheet that some pages add to it, ``style_<name>.css``."""
    return _minified(FOLDER / f"style_{name}.css")


def policy_sources() -> str:
    """Every stylesheet as a source in a Content-Security-Policy: ``'sha256-...' 'sha256-...'``."""
    return _policy_sources(design.current())


@cache
def _policy_sources(values: Design) -> str:
    added = sorted(file.stem.removeprefix("style_") for file in FOLDER.glob("style_*.css"))
    return " ".join(map(_source, (_base_stylesheet(values), *map(stylesheet, added))))


def _source(css: str) -> str:
    digest = hashlib.sha256(css.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _used(declarations: str) -> str:
    """The variables that any stylesheet here uses; the dashboard has more of them."""
    css = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.css"))
    used = set(re.findall(r"var\((--[a-z-]+)", css))
    each = (part for part in declarations.split(";") if part.partition(":")[0] in used)
    return "".join(f"{part};" for part in each)


def _measures(values: Design) -> str:
    letters, space = values.type, values.space
    return (
        f"--family:{letters.family};--family-code:{letters.family_code};"
        f"--base:{letters.base_px}px;--line-height:{letters.line};"
        f"--xs:{space.xs}rem;--s:{space.s}rem;--m:{space.m}rem;--l:{space.l}rem;--xl:{space.xl}rem;"
        f"--target:{space.target_px}px;--radius:{space.radius_px}px;--page:{space.page_rem}rem;"
    )


def _minified(file: Path) -> str:
    """Without comments, line ends and the last semicolon of a rule."""
    css = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "", css).replace(";}", "}")
