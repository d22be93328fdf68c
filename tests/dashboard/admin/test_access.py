"""Whom the admin pages are for, and what they never show."""

from __future__ import annotations

import pytest

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.klaagmuur import access_word
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import field, title

T = texts("nl")
ADDRESSES = ("inrichten", "organisatie", "leden", "accounts", "instellingen", "hulplijnen",
        "vragenlijsten", "logboek", "gezondheid")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_only_a_beheerder_opens_these_pages_and_toezicht_the_log(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, role: str
) -> None:
    seal_month("2026-09", noord=(9, 4))
    token = sign_in(role, "werk" if role == "leidinggevende" else None)

    opened = {a for a in ADDRESSES if title(open_page(token, a)) != T("refused.title")}

    expected = {"beheerder": set(ADDRESSES), "toezicht": {"logboek", "vragenlijsten"}}
    assert opened == expected.get(role, set())


@pytest.mark.slow
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_shows_a_figure_or_a_vent(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("beheerder"), address)

    assert not page.metric
    assert not page.get("vega_lite_chart")


def test_a_session_that_ends_in_between_changes_nothing(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("instellingen")
    accounts.end_sessions(context.engine, "beheerder@waterrijk.example", "test", clock.now())

    field(page, "text_input", "word", "text").input("te laat")
    field(page, "button", "word", "send").click()
    page.run()

    assert title(page) == T("signed_out.title")
    assert access_word.access_word(context.engine) == ""
