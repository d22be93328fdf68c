"""In which language a request is answered: decided once, and carried along with the request."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from monitor.context import current_context
from monitor.locale import Texts, languages, texts
from monitor.locale.preference import preferred

QUERY = "taal"
SCOPE_KEY = "teamklimaat.language"


@dataclass(frozen=True, slots=True)
class Language:
    """The language of one request, and whether the address asks for it."""

    code: str
    chosen: bool

    def keep(self, path: str) -> str:
        """`path` with the choice that was made; without one the browser's wish is enough."""
        if not self.chosen:
            return path
        return f"{path}{'&' if '?' in path else '?'}{QUERY}={self.code}"


def language_of(request: Request) -> Language:
    """The language asked for with ``?taal=``, else the browser's, else the organisation's."""
    language = request.scope.get(SCOPE_KEY)
    if not isinstance(language, Language):
        language = request.scope[SCOPE_KEY] = _decide(request)
    return language


def texts_of(request: Request) -> Texts:
    """The sentences in the language of the request."""
    return texts(language_of(request).code)


def _decide(request: Request) -> Language:
    if request.scope["query_string"] and (code := request.query_params.get(QUERY)) in languages():
        return Language(code, chosen=True)
    code = preferred(request.headers.get("accept-language", ""))
    return Language(code or current_context().settings.language, chosen=False)
