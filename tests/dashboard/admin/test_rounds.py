"""The page with the rounds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from monitor import clock
from monitor.climate import close_round
from monitor.clock import local_day
from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.context import AppContext
from monitor.dashboard import phrases
from monitor.dashboard.phrases import escaped
from monitor.locale import texts
from monitor.mail import route
from monitor.organisation.register import import_tree
from monitor.pulse.invitations import outbox
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.delivery_tables import outbox as outbox_table
from monitor.store.engine import writing
from tests.dashboard.conftest import TREE, OpenPage, SealMonth, SignIn
from tests.dashboard.pages import field, html, press, written

T = texts("nl")


@pytest.mark.slow
def test_a_round_is_opened_by_hand_and_people_are_invited(
    seal_month: SealMonth, context: AppContext, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")
    field(page, "text_input", "open-round", "closes").input("gisteren")
    press(page, "open-round")
    assert page.error

    field(page, "text_input", "open-round", "closes").input("31-12-2099")
    press(page, "open-round")

    opened = rounds.current_open(context.engine)
    assert opened is not None
    assert opened.closes_on is not None
    assert opened.closes_on.year == 2099
    assert T("open.nobody_yet") in written(page)
    assert 'href="/bestanden/uitnodigingen"' in html(page)


def test_a_beheerder_sees_rounds_and_no_results(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("beheerder"))

    assert page.title[0].value == T("page.welcome")
    assert not page.metric


def test_without_rounds_the_page_says_how_to_open_one(sign_in: SignIn, open_page: OpenPage) -> None:
    page = open_page(sign_in("beheerder"), "rondes")

    assert T("empty.no_round.title") in written(page)
    assert not page.button


def test_closing_a_round_asks_for_a_tick_first(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False, noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")

    page.button[0].click().run()

    assert page.warning[0].value == T("rounds.tick_first")
    assert rounds.get(context.engine, "2026-09").status == "open"


def test_a_round_is_closed_from_the_page(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False, noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")

    page.checkbox[0].check()
    page.button[0].click().run()

    assert not page.exception
    assert not page.error
    assert page.success[0].value == escaped(T("rounds.close.done", month="september 2026"))
    assert rounds.get(context.engine, "2026-09").status == "sealed"
    assert list(page.table[0].value[T("table.status")]) == [T("rounds.status.sealed")]
    assert [button.label for button in page.button] == [T("open.button")]


def test_a_round_is_abandoned_from_the_page(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False, noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")

    page.checkbox[1].check()
    page.button[1].click().run()

    assert rounds.get(context.engine, "2026-09").status == "abandoned"
    assert page.success[0].value == escaped(T("rounds.abandon.done", month="september 2026"))


def test_a_round_that_was_closed_elsewhere_meanwhile_is_no_error(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False, noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")
    rounds.abandon(context, "2026-09", "elders", clock.now())

    page.checkbox[0].check()
    page.button[0].click().run()

    assert not page.exception


def test_a_round_that_was_closed_early_shows_the_day_it_was_closed(
    context: AppContext, sign_in: SignIn, open_page: OpenPage, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    questions = load(context.settings.questionnaire_file)
    planned = local_day(now) + timedelta(14)
    rounds.open_round(context, "2026-11", questions, planned, "test", now)
    token = sign_in("beheerder")
    before = open_page(token, "rondes").table[0].value[T("table.closes")]
    assert list(before) == [phrases.day(planned, T, short=True)]

    close_round.close(context, "2026-11", "test", now + timedelta(2))
    after = open_page(token, "rondes").table[0].value[T("table.closes")]
    assert list(after) == [phrases.day(local_day(now) + timedelta(2), T, short=True)]


def test_the_list_of_rounds_holds_nothing_about_answers(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 4))
    seal_month("2026-09", closed=False, noord=(17, 4))

    page = open_page(sign_in("beheerder"), "rondes")

    assert list(page.table[0].value.columns) == [
        T(f"table.{name}") for name in ("status", "opened", "closes")
    ]
    assert "17" not in written(page)


def test_the_page_says_which_mail_did_not_go_and_why_and_tries_again(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False, noord=(9, 4))
    server = MailServer(Security.NONE, "mail.waterrijk.example", 25)
    route.choose(context, MailRoute(server, "a@waterrijk.example"), "test", clock.now())
    letter = {"period": "2026-09", "kind": "invite", "unit": "noord", "generation": 0}
    rows = [
        {"email": "a@dood.example", "state": "waiting", "put_off": 2, "reply": "450 no domain"},
        {"email": "b@weg.example", "state": "waiting", "put_off": 1, "reply": "550 no relay"},
        {"email": "c@leeft.example", "state": "refused", "put_off": 0, "reply": "550 [no] user"},
    ]
    with writing(context.engine) as connection:
        for row in rows:
            connection.execute(insert(outbox_table).values(letter | row | {"not_before": 2**31}))
    page = open_page(sign_in("beheerder"), "rondes")

    warnings = [warning.value for warning in page.warning]
    assert [name for name in ("dood", "weg", "leeft") if any(name in w for w in warnings)] == [
        "dood",
        "weg",
        "leeft",
    ]
    assert any("stelt hem uit" in w and "450 no domain" in w for w in warnings)
    assert any("net als alle andere mail" in w and "550 no relay" in w for w in warnings)
    assert any(escaped("550 [no] user") in w for w in warnings)

    press(page, "retry-mail")

    assert not page.exception
    assert outbox.progress(context.engine, "2026-09") == outbox.Progress(waiting=3)
    assert len(outbox.waiting(context.engine, "2026-09", clock.now())) == 3
