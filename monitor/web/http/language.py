"""In which language a request is answered."""

from __future__ import annotations

from starlette.requests import Request

from monitor.context import current_context
from monitor.locale import languages
from monitor.locale.preference import preferred

QUERY = "taal"


def language_of(request: Request) -> str:
    """The language asked for with ``?taal=``, else the browser's, else the organisation's."""
    if request.scope["query_string"] and (asked := request.query_params.get(QUERY)) in languages():
        return asked
    return preferred(request.headers.get("accept-language", "")) or (
        current_context().settings.language
    )
