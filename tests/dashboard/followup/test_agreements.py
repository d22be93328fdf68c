"""After a conversation: whether it was held, what was agreed, and closing it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import clock
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.followup import actions, conversations
from monitor.followup.conversations import Plan
from monitor.followup.records import ConversationState, Level, NewAction, Outcome
from monitor.locale import texts
from monitor.pulse import periods
from tests.conftest import NOW
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import field, press, shown

pytestmark = pytest.mark.usefixtures("no_midnight")

T = texts("nl")
THIS_MONTH = periods.containing(local_day(NOW))


def over(context: AppContext, state: ConversationState = ConversationState.PLANNED) -> str:
    """A conversation of yesterday."""
    plan = Plan("uitkomsten_lezen", clock.now() - timedelta(1), 30, "colleague")
    name = conversations.plan(context.engine, "noord", plan, clock.today())
    conversations.settle(context.engine, name, state)
    return name


@pytest.mark.slow
def test_held_then_agreed_then_closed(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    name = over(context)
    page = open_page(sign_in("leidinggevende", "noord"), "afspraken")
    assert not [each for each in page.text_input if str(each.key).startswith("agree-")]

    press(page, f"held-{name}")
    assert conversations.listing(context.engine, "noord")[0].state is ConversationState.HELD
    assert T("agree.woo") in shown(page)
    assert T("beforehand.unknown") in shown(page)

    form = f"agree-{name}"
    field(page, "text_input", form, "title").input("Bel Jan op 06-12345678")
    press(page, form)
    assert actions.listing(context.engine) == ()
    assert page.error

    field(page, "text_input", form, "title").input("Elke maandag een kwartier nabespreken")
    press(page, form)
    (agreed,) = actions.listing(context.engine)
    assert (agreed.conversation, agreed.level, agreed.look_back) == (name, Level.TEAM, 6)
    assert (agreed.start, agreed.owner_role) == (THIS_MONTH, T("owner.team"))
    assert not [each for each in page.text_input if str(each.key).startswith("agree-")]

    form = f"close-{agreed.id}"
    field(page, "radio", form, "outcome").set_value(Outcome.FAILED)
    field(page, "text_input", form, "why").input("Er was geen tijd voor.")
    press(page, form)
    (closed,) = actions.listing(context.engine)
    assert (closed.outcome, closed.why) == (Outcome.FAILED, "Er was geen tijd voor.")
    assert T("agreed.state.failed") in shown(page)


def test_nothing_is_agreed_in_a_conversation_that_did_not_take_place(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    name = over(context)
    page = open_page(sign_in("leidinggevende", "noord"), "afspraken")
    press(page, f"dropped-{name}")
    assert conversations.listing(context.engine, "noord")[0].state is ConversationState.DROPPED
    assert not [each for each in page.text_input if str(each.key).startswith("agree-")]


def test_one_agreement_a_conversation_and_two_open_a_team(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    new = NewAction("talk", "Elke maandag een kwartier", THIS_MONTH)
    engine, today = context.engine, clock.today()
    first = conversations.get(engine, over(context, ConversationState.HELD))
    assert first is not None
    actions.agree(engine, first, new, (), today)
    with pytest.raises(InputRefused) as refused:
        actions.agree(engine, first, new, (), today)
    assert refused.value.key == "action.agreed_before"

    second = conversations.get(engine, over(context, ConversationState.HELD))
    assert second is not None
    actions.agree(engine, second, new, (), today)
    third = over(context, ConversationState.HELD)
    page = open_page(sign_in("leidinggevende", "noord"), "afspraken")
    assert T("agree.full") in shown(page)
    assert f"agree-{third}" not in str([each.key for each in page.text_input])


def test_who_leads_above_answers_and_toezicht_reads_without_the_team(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    ask = NewAction("rule", "Mogen we kleine bedragen zelf toekennen", THIS_MONTH,
                    level=Level.ORGANISATION)  # fmt: skip
    name = actions.add(context.engine, "noord", ask, (), clock.today())
    page = open_page(sign_in("leidinggevende", "werk"), "verzoeken")
    field(page, "text_input", f"reply-{name}", "text").input("Ja, tot honderd euro.")
    press(page, f"reply-{name}")
    asked = actions.get(context.engine, name)
    assert asked is not None
    assert asked.answer is not None
    assert asked.answer.text == "Ja, tot honderd euro."

    page = open_page(sign_in("toezicht"), "verzoeken")
    assert "Mogen we kleine bedragen zelf toekennen" in shown(page)
    assert "Ja, tot honderd euro" in shown(page).replace("\\", "")
    assert "Noord" not in shown(page)
    assert not page.text_input


def test_a_team_does_not_answer_its_own_request(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "verzoeken")
    assert page.title[0].value == T("refused.title")


@pytest.mark.slow
def test_when_it_is_time_to_look_back_that_form_comes_first(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in ("2026-07", "2026-08", "2026-09"):
        seal_month(month, noord=(9, 4))
    new = NewAction("talk", "Elke maandag een kwartier", "2026-06", look_back=3)
    name = actions.add(context.engine, "noord", new, (), clock.today())
    token = sign_in("leidinggevende", "noord")
    page = open_page(token, "afspraken")
    assert T("look_back.due") in shown(page)
    page = open_page(token, "gesprek")
    assert page.radio[1].value.key == "terugkijken"
    assert T("talk.open_first") in shown(page)

    actions.close(context.engine, name, Outcome.DONE, "", clock.today())
    page = open_page(token, "gesprek")
    assert page.radio[1].value.key != "terugkijken"


@pytest.mark.parametrize(("language", "ending"), [("nl", ""), ("en", "&amp;taal=en")])
def test_from_a_unit_without_agreements_links_lead_to_those_that_have_them(
    context: AppContext,
    seal_month: SealMonth,
    sign_in: SignIn,
    open_page: OpenPage,
    language: str,
    ending: str,
) -> None:
    seal_month("2026-09", noord=(9, 4))
    over(context)
    leader = sign_in("leidinggevende", "werk")
    page = open_page(leader, "afspraken", onderdeel="werk", taal=language)
    assert f'href="/afspraken?onderdeel=noord{ending}"' in shown(page)
    page = open_page(leader, "afspraken", onderdeel="noord", taal=language)
    assert "/afspraken?onderdeel=noord" not in shown(page)
