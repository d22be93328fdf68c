"""In which language somebody is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.requests import Request

from monitor.context import AppContext, use_context
from monitor.web.http.language import language_of, preferred


def request(query: str = "", accept: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())] if accept else []
    return Request(
        {"type": "http", "query_string": query.encode(), "headers": headers, "path": "/"}
    )


def test_what_is_asked_for_goes_before_the_browser_and_the_house(context: AppContext) -> None:
    assert language_of(request("taal=en", "nl")) == "en"
    assert language_of(request("taal=xx", "en")) == "en"
    assert language_of(request("taal=", "")) == "nl"
    use_context(replace(context, settings=replace(context.settings, language="en")))
    assert language_of(request()) == "en"
    assert language_of(request(accept="nl")) == "nl"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl", "nl"),
        ("en-GB,en;q=0.9", "en"),
        ("de, en-GB;q=0.7, nl;q=0.9", "nl"),
        ("NL-nl", "nl"),
        ("en;q=0, nl;q=0.1", "nl"),
        ("en;q=x", None),
        ("en;q=nan", None),
        ("de,fr;q=0.5", None),
        ("*", None),
        ("", None),
        (";;,,;q=", None),
    ],
)
def test_the_browsers_first_language_that_we_have_is_taken(
    header: str, language: str | None
) -> None:
    assert preferred(header) == language
