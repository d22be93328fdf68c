"""The one stylesheet of the staff door, written into every page so that a page is one request.

Its digest goes into the Content-Security-Policy: any other style, and every script, is refused
by the browser.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from monitor.design import DESIGN

FILE = Path(__file__).with_name("style.css")


@cache
def css() -> str:
    """The stylesheet: the design's values as variables, then ``style.css``, without comments."""
    return _squeeze(
        f":root{{{DESIGN.css_variables()}{_measures()}color-scheme:light dark}}"
        f"@media(prefers-color-scheme:dark){{:root{{{DESIGN.css_variables(dark=True)}}}}}"
        + FILE.read_text(encoding="utf-8")
    )


@cache
def policy_source() -> str:
    """The stylesheet as a source in a Content-Security-Policy: ``'sha256-...'``."""
    digest = hashlib.sha256(css().encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _measures() -> str:
    letters, space = DESIGN.type, DESIGN.space
    return (
        f"--family:{letters.family};--family-code:{letters.family_code};"
        f"--base:{letters.base_px}px;--line-height:{letters.line};"
        f"--xs:{space.xs}rem;--s:{space.s}rem;--m:{space.m}rem;--l:{space.l}rem;--xl:{space.xl}rem;"
        f"--target:{space.target_px}px;--radius:{space.radius_px}px;--page:{space.page_rem}rem;"
    )


def _squeeze(source: str) -> str:
    without_comments = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "", without_comments)
