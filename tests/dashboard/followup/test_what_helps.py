"""What agreements of one kind did, once there are enough of them."""

from __future__ import annotations

import pytest

from monitor.context import AppContext
from monitor.followup import estimates
from monitor.followup.pooled import PooledFigure
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import shown

T = texts("nl")


def test_the_page_is_there_with_eight_full_windows_only(
    context: AppContext,
    seal_month: SealMonth,
    sign_in: SignIn,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seal_month("2026-09", noord=(9, 4))
    token = sign_in("leidinggevende", "noord")
    assert estimates.full_windows(context.engine) == 0
    assert open_page(token, "wathelpt").title[0].value == T("refused.title")

    monkeypatch.setattr(estimates, "full_windows", lambda _engine: 8)
    page = open_page(token, "wathelpt")
    assert T("helps.none.title") in shown(page)

    figures = {
        ("talk", "respect"): PooledFigure(3, -1, 7, 9),
        ("own_kind", "druk"): PooledFigure(-4, -7, -1, 12),
    }
    monkeypatch.setattr(estimates, "what_helps", lambda _engine, _visible: figures)
    page = open_page(token, "wathelpt")
    assert shown(page).count(T("helps.perhaps_nothing")) == 1
    assert T("agreed.not_because") in shown(page)
    assert "\N{MINUS SIGN}4" in shown(page)
