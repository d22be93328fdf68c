"""The page with one theme over the months."""

from __future__ import annotations

import json

import pytest

from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import written

T = texts("nl")


@pytest.mark.slow
def test_the_trend_comes_with_its_table_latest_month_first(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-07", noord=(9, 4))
    seal_month("2026-08", noord=(4, 4))
    seal_month("2026-09", noord=(9, 3))

    page = open_page(sign_in("leidinggevende", "noord"), "verloop")

    table = page.table[0].value
    assert list(table.index) == ["sep\xa02026", "aug\xa02026", "jul\xa02026"]
    assert list(table[T("table.score")]) == ["50", "–", "75"]
    assert list(table[T("table.interval")])[1] == ""
    drawn = page.get("vega_lite_chart")
    assert len(drawn) == len(page.table) == 3
    spec = json.loads(drawn[0].proto.spec)
    assert spec["config"]["aria"] is False
    assert "september 2026" in drawn[0].proto.alt


@pytest.mark.slow
def test_months_with_a_remark_are_named_beside_the_table(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 4), zuid=(9, 4))
    seal_month("2026-09", noord=(24, 4), zuid=(2, 4))

    page = open_page(sign_in("leidinggevende", "werk"), "verloop")

    assert f"augustus 2026: {T('note.caution.short')}" in written(page)
    both = f"{T('note.left_out.short')}, {T('note.break.short')}"
    assert f"september 2026: {T('note.caution.short')}, {both}" in written(page)
