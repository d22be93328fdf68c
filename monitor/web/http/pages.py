"""From template to response: the one place where plain pages are made.

Templates are compiled once, when the process starts. A page that is the same for everybody is
made once and kept with its compressed form (`CachedPage`); serving it costs a look-up.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from monitor.config import design
from monitor.context import current_context
from monitor.errors import Refusal
from monitor.locale import languages, own_name, texts
from monitor.web.http import style
from monitor.web.http.language import Language, language_of, texts_of
from monitor.web.http.paths import is_plain_page

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
HTML = "text/html; charset=utf-8"
LEAST_ZIPPED = 1000
"""Bytes; compressing less would send no fewer packets."""
PLAIN = {"content-type": HTML, "vary": "Accept-Encoding"}
ZIPPED = PLAIN | {"content-encoding": "gzip"}
ZIP_LEVEL = 5
"""Of a page that is made anew: higher levels cost more time than they save bytes."""
SIGNED_IN = frozenset(
    {"aanmelden", "afmelden", "bestanden", "downloads", "gesprekken", "mijn-account", "welkom"}
)
"""First segments of addresses that only people with an account come to."""
READING = frozenset({"dilemmas", "kaarten", "methoden"})
"""First segments of the pages about conversations."""
TRY_AGAIN = frozenset({"busy", "store_failing", "key_missing", "failed"})
"""Messages after which the same address may well answer in a little while."""
THIS_PAGE = ""
"""The address of the page that a link is on: written out it would show the code in it."""
WITHOUT_ONWARD = frozenset({"altered", "left_blank", "link_unknown", "no_results"})
"""Messages that leave nothing to do here, or only with a link of one's own."""


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page that is the same for everybody."""

    plain: bytes
    zipped: bytes

    @classmethod
    def of(cls, html: str) -> CachedPage:
        """The page `html`, compressed once; no time in the archive, so that it is always equal."""
        plain = html.encode("utf-8")
        return cls(plain, gzip.compress(plain, mtime=0))

    def response(self, request: Request, status: int = 200) -> Response:
        """The page, compressed when the browser says it can read that."""
        if _reads_zipped(request):
            return Response(self.zipped, status, ZIPPED)
        return Response(self.plain, status, PLAIN)


def warm() -> None:
    """Compile every template now rather than at the first request for it."""
    for name in TEMPLATES.list_templates(extensions=["html"]):
        TEMPLATES.get_template(name)


def render(template: str, language: Language, **values: object) -> str:
    """The HTML of `template` in `language`.

    Every template may use ``t`` (the sentences), ``link`` (an address of ours, keeping a chosen
    language), ``stylesheet`` (one that only this page needs), ``language``, ``languages``,
    ``organisation``, ``logo``, ``accent`` and what is passed in `values`. ``switch=False``
    leaves out the links to the other languages: on a page that holds what somebody filled in,
    following one would lose it.
    """
    context = current_context()
    variables: dict[str, object] = {"switch": True} | values
    return TEMPLATES.get_template(template).render(
        t=texts(language.code),
        link=language.keep,
        language=language.code,
        languages=languages(),
        own_name=own_name,
        organisation=context.name,
        accent=design.current().light.accent,
        logo=context.settings.branding.logo,
        base_style=Markup(style.base_stylesheet()),  # noqa: S704 - ours; CSS is not to be escaped
        stylesheet=lambda name: Markup(style.stylesheet(name)),  # noqa: S704
        **variables,
    )


def respond(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """A page in the language of the request, compressed when the browser can read that."""
    page = render(template, language_of(request), **values).encode("utf-8")
    if len(page) < LEAST_ZIPPED or not _reads_zipped(request):
        return Response(page, status, PLAIN)
    return Response(gzip.compress(page, ZIP_LEVEL, mtime=0), status, ZIPPED)


def message(
    request: Request, name: str, status: int, *, retry: bool = False, **words: object
) -> Response:
    """A page that says one thing: the sentences ``message.<name>.title`` and ``.text``.

    Parameters
    ----------
    name
        Which message.
    status
        The HTTP status.
    retry
        Whether trying again in a little while may help; machines read it as well.
    words
        For the placeholders in the sentences.
    """
    t = texts_of(request)
    response = respond(
        request,
        "message.html",
        status,
        title=t(f"message.{name}.title", **words),
        text=t(f"message.{name}.text", **words),
        onward=_onward(request, name),
        switch=_is_reading(request),
    )
    if retry:
        response.headers["retry-after"] = "10"
    return response


def _onward(request: Request, name: str) -> tuple[str, str] | None:
    """Where to go on from a message: an address, and the sentence that names it."""
    if name in WITHOUT_ONWARD:
        return None
    if name in TRY_AGAIN and _is_reading(request):
        return THIS_PAGE, "message.retry"
    place = request.url.path[1:].partition("/")[0]
    if name == "forbidden" or place in SIGNED_IN or not is_plain_page(request.url.path):
        return "/", "message.to_start"
    if place == "klaagmuur":
        return "/klaagmuur", "message.to_klaagmuur"
    if place in READING:
        return "/methoden", "message.to_methods"
    return "/pulse", "message.type_code"


def _is_reading(request: Request) -> bool:
    """Whether the same address, asked for again, shows the same page."""
    return request.method in ("GET", "HEAD")


def refusal_text(request: Request, refusal: Refusal | None) -> str:
    """The sentence that explains `refusal`; empty without one."""
    return texts_of(request)(refusal.key, **refusal.words) if refusal else ""


def _reads_zipped(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")
