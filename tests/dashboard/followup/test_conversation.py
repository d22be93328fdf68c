"""Preparing and planning a conversation."""

from __future__ import annotations

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.dashboard.admin.typed_days import typed_day
from monitor.followup import conversations
from monitor.followup.records import ConversationState
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import field, press, shown

T = texts("nl")


@pytest.mark.slow
def test_a_conversation_is_planned_once_and_called_off(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "gesprek", onderdeel="noord")
    assert not page.exception
    assert T("talk.cannot.who") in shown(page)

    press(page, "plan-noord")

    (planned,) = conversations.listing(context.engine, "noord")
    assert planned.state is ConversationState.PLANNED
    assert planned.starts_at > clock.now()
    assert page.success[0].value == T("talk.planned").replace(".", "\\.")
    assert f"/gesprekken/{planned.id}/teamgesprek.ics" in shown(page)

    press(page, f"off-{planned.id}")
    (dropped,) = conversations.listing(context.engine, "noord")
    assert dropped.state is ConversationState.DROPPED
    assert planned.id not in shown(page)


@pytest.mark.slow
def test_a_day_that_is_over_is_refused(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "gesprek")
    field(page, "text_input", "plan-noord", "day").input("1-9-2026")
    press(page, "plan-noord")
    assert conversations.listing(context.engine, "noord") == ()
    assert page.error

    field(page, "text_input", "plan-noord", "day").input(typed_day(clock.today()))
    field(page, "selectbox", "plan-noord", "time").select_index(0)
    press(page, "plan-noord")
    assert len(conversations.listing(context.engine, "noord")) <= 1


@pytest.mark.slow
def test_after_aggression_nothing_is_planned(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "gesprek")
    page.checkbox[0].check().run()
    assert not page.exception
    assert T("talk.no_group_talk") in shown(page)
    assert not [each for each in page.get("button") if str(each.key).startswith("plan-")]
    assert not page.get("radio")


def test_without_figures_there_can_still_be_a_conversation(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False)
    page = open_page(sign_in("leidinggevende", "noord"), "gesprek")
    assert T("talk.no_figures") in shown(page)
    press(page, "plan-noord")
    assert len(conversations.listing(context.engine, "noord")) == 1


def test_every_form_is_one_click_away(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "gesprek")
    first = len(page.radio[1].options)
    page.toggle[0].set_value(True).run()
    assert first == 3 < len(page.radio[1].options)
