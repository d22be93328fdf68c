"""The first page of a beheerder once there has been a round."""

from __future__ import annotations

from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, readable, title

T = texts("nl")


def test_it_says_how_things_stand_and_where_to_change_them(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("beheerder"))

    assert title(page) == T("page.welcome")
    text = readable(page)
    assert T("start.care") in text
    assert T("start.round.none") in text
    assert T("start.mail.missing") in text
    assert T("start.waiting.nothing") in text
    assert "/bestanden/sjabloon/organisatie.csv" in html(page)
    assert len(page.get("page_link")) == 4


def test_of_an_open_round_it_says_its_month_and_nothing_else(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    seal_month("2026-10", closed=False, noord=(7, 4))

    text = readable(open_page(sign_in("beheerder")))

    assert T("start.round.is_open", month="oktober 2026") in text
    assert not {"7", "9", "30"} & set(text.split())
