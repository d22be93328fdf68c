"""Form tokens, and what the browser says about where a form came from."""

from __future__ import annotations

import pytest

from monitor.access import csrf

SECRET = b"s" * 32
HOSTS = {"klimaat.waterrijk.example", "localhost:8501"}


def test_a_token_is_valid_for_its_own_session_only() -> None:
    token = csrf.token(SECRET, "session-a")

    assert csrf.valid(SECRET, "session-a", token)
    assert not csrf.valid(SECRET, "session-b", token)
    assert not csrf.valid(b"t" * 32, "session-a", token)
    assert not csrf.valid(SECRET, "session-a", token[:-1])
    assert not csrf.valid(SECRET, "session-a", "")
    assert not csrf.valid(SECRET, "session-a", "é" * 43)


def test_nothing_is_valid_without_a_session_or_nonce() -> None:
    assert not csrf.valid(SECRET, "", csrf.token(SECRET, ""))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://klimaat.waterrijk.example"},
        {"origin": "http://localhost:8501", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_form_may_have_come_from_our_own_page(headers: dict[str, str]) -> None:
    assert csrf.from_own_page(headers, HOSTS)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elders.example"},
        {"origin": "https://klimaat.waterrijk.example.elders.example"},
        {"origin": ""},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://klimaat.waterrijk.example", "sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_from_elsewhere_is_seen(headers: dict[str, str]) -> None:
    assert not csrf.from_own_page(headers, HOSTS)
