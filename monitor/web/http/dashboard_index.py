"""The dashboard's one HTML page: the installed framework's, adapted.

The original says that it is English, is titled after the framework and links to an interface that
we close. Its script is kept unchanged, and the policy allows it by digest: the page is read at
start, so an upgrade brings its own digest along. We add two lines of script.

The page says that it is not to be translated. A browser that translates it replaces text behind
the framework's back, after which one unit's headline stays above another unit's figures; the app
has languages of its own.
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
LOADING_STYLE = "font:1rem system-ui,sans-serif;text-align:center;margin-top:30vh"
"""The style of the sentence that is shown until the framework has loaded."""
ONE_STEP_BACK = (
    "history.pushState=(push=>function(state,unused,to){"
    "const same=new URL(to??'',location).pathname===location.pathname;"
    "return(same?this.replaceState:push).call(this,state,unused,to)"
    "})(history.pushState)"
)
"""Makes the back button lead to the previous page in one press.

The framework adds an entry to the browser's history for every choice in the address, so that up
to four presses led back to the same page. A change of address within a page now replaces the
entry before it.
"""

CLOSE_MENU = (
    "document.addEventListener('click',event=>{"
    "if(innerWidth>768||!event.target.closest?.('[data-testid=stSidebarNavLink]'))return;"
    "setTimeout(()=>document.querySelector("
    "'[data-testid=stSidebarCollapseButton] button[aria-expanded=true]')?.click())"
    "})"
)
"""Folds the menu away after a page was chosen in it, where it covers that page.

The framework itself does so only where the browser calls itself a phone: on a tablet, in a narrow
window and on an enlarged page the menu stayed, also on every page opened after that. The button
is gone once the menu is folded, so that nothing happens twice.
"""
WAITING = (
    "[data-testid=stApp]:not(:has([data-testid=stAlert],[data-testid=stException],[role=dialog]))"
)
"""The app, as long as nothing went wrong in it."""
HOLD_STILL = f"{WAITING}>*{{visibility:hidden;transition:visibility 0s 9999s}}"
"""Shows nothing of a page until our style is there and the page has a heading.

The framework draws its frame first, then the menu beside it, then the style and the width of the
page: what stood there jumped three times on its way. The style itself ends the wait. What was shown
once stays: while one page makes place for another there may be no heading for a moment.
"""
BEFORE_MENU = f"{WAITING}:not(:has([data-testid=stSidebarNavLink]))::before"
"""Where it says in the meantime that the page is on its way."""
OWN_SCRIPTS = (ONE_STEP_BACK, CLOSE_MENU)


@cache
def folder() -> Path:
    """The folder with the framework's page and static files."""
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "static"


@cache
def page(language: str) -> bytes:
    """The page, in `language`."""
    busy = html.escape(texts(language)("app.busy"))
    noscript = html.escape(texts(language)("shell.noscript"))
    words = texts(language)("app.busy").replace('"', "'")
    waiting = f'{BEFORE_MENU}{{content:"{words}";position:fixed;inset:0 0 auto;{LOADING_STYLE}}}'
    adapted = _source()
    for pattern, replacement in (
        (r"<!--.*?-->\s*", ""),
        (r'<html lang="en">', f'<html lang="{language}" translate="no">'),
        (r"<title>.*?</title>", f"<title>{TITLE}</title>"),
        (r'<link rel="service-desc"[^>]*>\s*', ""),
        (r'<div id="root"></div>', f'<div id="root"><p style="{LOADING_STYLE}">{busy}</p></div>'),
        (r"</head>", '<meta name="google" content="notranslate"></head>'),
        (r"</head>", f"<style>{HOLD_STILL}{waiting}</style></head>"),
        (r"</head>", "".join(f"<script>{each}</script>" for each in OWN_SCRIPTS) + "</head>"),
        (r"<noscript>.*?</noscript>", f"<noscript><p>{noscript}</p></noscript>"),
    ):
        adapted = re.sub(pattern, replacement, adapted, flags=re.DOTALL)
    return adapted.encode("utf-8")


@cache
def script_sources() -> tuple[str, ...]:
    """The digest of every inline script of the page, as sources in a Content-Security-Policy."""
    inline = re.findall(r"<script>(.*?)</script>", _source(), flags=re.DOTALL)
    digests = [
        hashlib.sha256(script.encode("utf-8")).digest() for script in (*inline, *OWN_SCRIPTS)
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
