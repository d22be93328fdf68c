"""The page that explains the method."""

from __future__ import annotations

from monitor.dashboard.results.method_pictures import EXAMPLES, WORDS
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, readable

T = texts("nl")


def test_every_word_and_every_mark_has_an_example(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), "rekenen")

    assert html(page).count("data:image/svg+xml;base64,") == len(EXAMPLES) == 4
    assert all(T(f"method.word.{word}") in readable(page) for word in WORDS)
    assert {T(f"word.{word}") for word in WORDS} <= set(readable(page).split("\n"))
    assert T("method.picture.made_up") in readable(page)
