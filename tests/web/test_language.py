"""In which language a request is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from monitor.context import AppContext, use_context
from monitor.locale.preference import preferred
from monitor.web.http.language import language_of


def request(query: str = "", accept: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())] if accept else []
    return Request(
        {"type": "http", "query_string": query.encode(), "headers": headers, "path": "/"}
    )


def test_the_address_overrules_the_browser_and_the_browser_the_organisation(
    context: AppContext,
) -> None:
    assert language_of(request("taal=en", "nl")).code == "en"
    assert language_of(request("taal=xx", "en")).code == "en"
    assert language_of(request("taal=", "")).code == "nl"
    use_context(replace(context, settings=replace(context.settings, language="en")))
    assert language_of(request()).code == "en"
    assert language_of(request(accept="nl")).code == "nl"


def test_it_is_decided_once_for_a_request(context: AppContext) -> None:
    asking = request(accept="en")
    assert language_of(asking).code == "en"
    asking.scope["headers"] = []

    assert language_of(Request(asking.scope)).code == "en"


@pytest.mark.parametrize(
    ("query", "accept", "address"),
    [
        ("", "en", "/privacy"),
        ("taal=xx", "en", "/privacy"),
        ("taal=en", "nl", "/privacy?taal=en"),
        ("taal=nl", "en", "/privacy?taal=nl"),
    ],
)
def test_a_choice_stays_in_the_addresses_and_the_browsers_wish_need_not(
    context: AppContext, query: str, accept: str, address: str
) -> None:
    language = language_of(request(query, accept))

    assert language.keep("/privacy") == address
    assert language.keep("/x?a=1") == "/x?a=1" + address.removeprefix("/privacy").replace("?", "&")


def test_a_page_keeps_the_language_that_was_chosen(browser: TestClient) -> None:
    english = {"accept-language": "en"}

    assert 'href="/privacy?taal=nl"' in browser.get("/pulse?taal=nl", headers=english).text
    assert 'href="/privacy"' in browser.get("/pulse", headers=english).text


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
def test_the_browsers_preferred_language_that_we_have_is_taken(
    header: str, language: str | None
) -> None:
    assert preferred(header) == language
