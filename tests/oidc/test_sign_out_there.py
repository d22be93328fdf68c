"""Signing out: here at once, and at the organisation's provider for those who want that too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import identity_provider, sessions
from monitor.access.sso_rules import SsoRules, parse
from monitor.context import current_context
from tests.oidc.conftest import RULES, Choose
from tests.oidc.provider import BACK, CLIENT, Wanted, go, there
from tests.ports import free_port

OUT_THERE = "/afmelden/organisatie"
Start = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def rules() -> SsoRules:
    """Roles follow from groups."""
    return parse(RULES, "sso.toml")


def path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def set_out(browser: TestClient) -> str:
    return str(browser.get("/aanmelden/organisatie").headers["location"])


def token(browser: TestClient) -> str | None:
    return browser.cookies.get(sessions.COOKIE)


def leave(browser: TestClient) -> str:
    """Press the button of /afmelden; returns the page one ends at."""
    page = browser.get("/afmelden").text
    form = page.partition('name="formulier" value="')[2].partition('"')[0]
    answer = browser.post("/afmelden", data={"formulier": form})
    assert answer.status_code == 303
    return browser.get(answer.headers["location"]).text


def test_the_session_here_ends_first_and_the_one_there_by_a_choice(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    engine = choose(rules).engine
    with start(), there() as provider:
        browser.get(path(go(provider, set_out(browser), "bea")))
        session = token(browser)
        assert sessions.is_alive(engine, session, clock.now())

        page = leave(browser)
        assert not sessions.is_alive(engine, session, clock.now())
        assert token(browser) is None
        assert f'href="{OUT_THERE}"' in page
        # The control: without it, whoever sits down here next is let in without a question.
        assert go(provider, set_out(browser)).startswith(BACK)

        onward = browser.get(OUT_THERE)
        query = parse_qs(urlsplit(onward.headers["location"]).query)
        assert query == {
            "client_id": [CLIENT],
            "post_logout_redirect_uri": [BACK],
            "state": ["afgemeld"],
        }
        back = browser.get(path(go(provider, onward.headers["location"])))
        assert "ook bij je organisatie afgemeld" in browser.get(back.headers["location"]).text
        with pytest.raises(AssertionError, match="asks who it is"):
            go(provider, set_out(browser))


def test_where_the_provider_has_no_such_place_nothing_is_promised(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose, rules: SsoRules
) -> None:
    wanted.port = free_port()
    wanted.farewell = False
    choose(rules)
    with start(), there() as provider:
        browser.get(path(go(provider, set_out(browser), "bea")))
        page = leave(browser)
        assert "Je bent afgemeld." in page
        assert OUT_THERE not in page

        answer = browser.get(OUT_THERE)
        assert answer.status_code == 502
        assert "sluit de browser" in answer.text


def test_a_provider_that_is_away_holds_nobody_here(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose, rules: SsoRules
) -> None:
    wanted.port = free_port()
    choose(rules)
    with start(), there() as provider:
        browser.get(path(go(provider, set_out(browser), "bea")))
        session = token(browser)
    identity_provider.forget()

    assert f'href="{OUT_THERE}"' in leave(browser)
    assert not sessions.is_alive(current_context().engine, session, clock.now())
    assert "sluit de browser" in browser.get(OUT_THERE).text


def test_following_the_link_ends_no_session_here(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    engine = choose(rules).engine
    with start(), there() as provider:
        browser.get(path(go(provider, set_out(browser), "bea")))
        assert browser.get(OUT_THERE).status_code == 303
        assert browser.get(f"{urlsplit(BACK).path}?state=afgemeld").status_code == 303

    assert sessions.is_alive(engine, token(browser), clock.now())
