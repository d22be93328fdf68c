"""The page for those who oversee."""

from __future__ import annotations

from monitor import clock
from monitor.context import AppContext
from monitor.followup import team_log
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, readable, title

T = texts("nl")


def test_it_counts_teams_and_names_none(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 3), oost=(3, 2))
    team_log.write(context.engine, "noord", "We beginnen later.", clock.today())

    page = open_page(sign_in("toezicht"), "deelname")

    assert title(page) == T("page.oversight")
    text = readable(page)
    assert html(page).count('class="score">1<') == 2
    assert T("oversight.of", count=3) in text
    assert T("oversight.of", count=2) in text
    assert not any(name in text for name in ("Noord", "Team 1", "Jeugd", "later"))


def test_it_is_not_for_a_beheerder_or_a_leidinggevende(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    for token in (sign_in("beheerder"), sign_in("leidinggevende", "werk")):
        assert title(open_page(token, "deelname")) == T("refused.title")
