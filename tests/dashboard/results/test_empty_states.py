"""What the pages with results say when there is nothing to show."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.context import AppContext
from monitor.locale import texts
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests.dashboard.conftest import TREE, OpenPage, SealMonth, SignIn
from tests.dashboard.pages import written

T = texts("nl")


@pytest.mark.parametrize("address", ["", "verloop", "vragen", "onderdelen"])
def test_nothing_of_an_open_round_is_shown(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", closed=False, noord=(30, 4))

    page = open_page(sign_in("leidinggevende", "werk"), address)

    assert T("empty.no_month.title") in written(page)
    assert not page.metric
    assert not page.table
    assert not page.get("vega_lite_chart")


@pytest.mark.parametrize("address", ["", "vragen"])
def test_for_a_team_that_is_too_small_the_page_says_so(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", noord=(4, 4), zuid=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), address)

    assert T("empty.too_small.title") in written(page)
    assert r"Werk \*Noord\*" in written(page)
    assert not page.metric
    assert not page.table


def test_a_trend_of_a_team_that_never_had_enough_answers_says_what_to_do(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(4, 4), zuid=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), "verloop")

    assert T("empty.no_series.title") in written(page)
    assert not page.get("vega_lite_chart")


def test_no_report_is_offered_of_a_month_in_which_the_unit_was_not_there(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, now: datetime
) -> None:
    seal_month("2026-09", noord=(9, 4))
    new = Unit("west", "werk", "Werk West")
    import_tree(context.engine, Tree((*TREE.units, new)), "test", now)
    leader = sign_in("leidinggevende", "werk")

    page = open_page(leader, "verslagen", onderdeel="west")
    assert T("empty.not_yet.title") in written(page)
    assert not page.get("link_button")
    page = open_page(leader, "verslagen", onderdeel="noord")
    assert T("empty.not_yet.title") not in written(page)
    assert page.get("link_button")
