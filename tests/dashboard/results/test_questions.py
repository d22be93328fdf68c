"""The page with the statements of one month."""

from __future__ import annotations

import re

from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, readable, title

T = texts("nl")


def bars(page_html: str) -> list[list[str]]:
    """The numbers in the bar of each statement."""
    return [
        re.findall(r">(\d+)<", bar)
        for bar in re.findall(r'class="shares".*?</span></span>', page_html)
    ]


def test_statements_have_scores_and_a_distribution_only_where_the_group_is_large(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(24, (4, 2)), zuid=(9, 4))
    token = sign_in("leidinggevende", "werk")

    large = open_page(token, "vragen", onderdeel="noord")
    small = open_page(token, "vragen", onderdeel="zuid")

    assert title(large) == T("page.questions")
    assert bars(html(large)) == [["50", "50"]] * 9
    assert T("tooltip.share", share=50, answer=T("class.favourable")) in html(large)
    assert bars(html(small)) == []
    assert len(re.findall(r'class="v">(\d+)<', html(small))) == 9
    assert T("questions.no_distribution") in readable(small)
    assert len(large.table) == len(small.table) == 0


def test_a_statement_stands_beside_its_own_earlier_level(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in (6, 7, 8):
        seal_month(f"2026-0{month}", noord=(9, 4))
    token = sign_in("leidinggevende", "noord")
    assert T("units.level", level=75) not in readable(open_page(token, "vragen"))
    seal_month("2026-09", noord=(9, 3))

    assert readable(open_page(token, "vragen")).count(T("units.level", level=75)) == 9
