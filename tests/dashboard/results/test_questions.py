"""The page with the questions of one month."""

from __future__ import annotations

from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import written

T = texts("nl")


def test_questions_have_scores_and_a_distribution_only_where_the_group_is_large(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(24, (4, 2)), zuid=(9, 4))
    token = sign_in("leidinggevende", "werk")

    large = open_page(token, "vragen", onderdeel="noord")
    small = open_page(token, "vragen", onderdeel="zuid")

    assert len(large.get("vega_lite_chart")) == 3
    assert list(large.table[1].value[T("table.favourable")]) == ["50"] * 3
    assert written(large).count(T("questions.divided.title", count=3, all=3)) == 3
    assert not small.get("vega_lite_chart")
    assert len(small.table) == 3
    assert T("questions.no_distribution") in written(small)
