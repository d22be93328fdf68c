"""The page with what a leidinggevende shares with the team."""

from __future__ import annotations

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import labelled, press_labelled, shown

T = texts("nl")


def test_the_link_for_the_team_is_shown_to_its_leidinggevende(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), "team")

    assert page.code[0].value.startswith(f"{context.settings.base_url}/resultaten/")


def test_the_link_is_renewed_and_ended_after_a_tick(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "team")
    first = page.code[0].value

    press_labelled(page, T("team.link.renew"))
    assert page.code[0].value == first
    labelled(page, "checkbox", T("team.link.sure")).check()
    press_labelled(page, T("team.link.renew"))

    assert page.code[0].value != first
    assert page.success[0].value.replace("\\", "") == T("team.link.renewed")
    page.checkbox[1].check()
    press_labelled(page, T("team.link.end"))
    assert not page.code
    assert T("team.link.ended") in shown(page)


def test_whoever_leads_above_does_not_see_the_link_of_a_team_with_a_leidinggevende(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    """The page behind it has what staff say of their own leidinggevende."""
    seal_month("2026-09", noord=(9, 4))
    above = sign_in("leidinggevende", "werk")
    # The control: nobody leads the team yet but who leads above.
    assert "/resultaten/" in open_page(above, "team", onderdeel="noord").code[0].value

    email, role = "els@waterrijk.example", Role.LEIDINGGEVENDE
    accounts.add(context.engine, email, role, "noord", "test", clock.now())
    page = open_page(above, "team", onderdeel="noord")

    assert not page.code
    assert "/resultaten/" not in shown(page)
    assert T("team.link.not_own") in shown(page)
