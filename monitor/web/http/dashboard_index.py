"""The dashboard's one HTML page, taken from the installed framework and put in order.

The framework's own says it is English, is titled after the framework and points at an interface
we close. What is kept unchanged is its script, whose digest the policy allows: the page is read
at start, so an upgrade brings its own digest along. A line of script of our own comes with it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from monitor.locale import texts

TITLE = "Teamklimaat"
WAITING = "font:1rem system-ui,sans-serif;text-align:center;margin-top:30vh"
"""How the sentence looks that stands there until the framework has loaded."""
ONE_STEP_BACK = (
    "history.pushState=(push=>function(state,unused,to){"
    "const same=new URL(to??'',location).pathname===location.pathname;"
    "return(same?this.replaceState:push).call(this,state,unused,to)"
    "})(history.pushState)"
)
"""Makes the back button lead to the page before in one press.

The framework counts every choice in the address as a page of its own: up to four presses led
to where one already was. A change of address within a page takes the place of the one before.
"""


@cache
def folder() -> Path:
    """Where the framework keeps its page and static files."""
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "static"


@cache
def page(language: str) -> bytes:
    """The page, in `language`."""
    busy = html.escape(texts(language)("app.busy"))
    said = html.escape(texts(language)("shell.noscript"))
    mended = _source()
    for pattern, ours in (
        (r"<!--.*?-->\s*", ""),
        (r'<html lang="en">', f'<html lang="{language}">'),
        (r"<title>.*?</title>", f"<title>{TITLE}</title>"),
        (r'<link rel="service-desc"[^>]*>\s*', ""),
        (r'<div id="root"></div>', f'<div id="root"><p style="{WAITING}">{busy}</p></div>'),
        (r"</head>", f"<script>{ONE_STEP_BACK}</script></head>"),
        (r"<noscript>.*?</noscript>", f"<noscript><p>{said}</p></noscript>"),
    ):
        mended = re.sub(pattern, ours, mended, flags=re.DOTALL)
    return mended.encode("utf-8")


@cache
def script_sources() -> tuple[str, ...]:
    """Every inline script of the page as a source in a Content-Security-Policy."""
    inline = re.findall(r"<script>(.*?)</script>", _source(), flags=re.DOTALL)
    digests = [
        hashlib.sha256(script.encode("utf-8")).digest() for script in (*inline, ONE_STEP_BACK)
    ]
    return tuple(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)


@cache
def static_files() -> frozenset[str]:
    """The addresses of all static files; nothing else exists under ``/static/``."""
    root = folder()
    return frozenset(
        f"/{file.relative_to(root).as_posix()}"
        for file in (root / "static").rglob("*")
        if file.is_file()
    )


@cache
def _source() -> str:
    return (folder() / "index.html").read_text(encoding="utf-8")
