"""Which pages each person opens, and what is kept from one page to the next."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.util import calc_hash

from monitor.access import sessions
from monitor.context import AppContext
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, readable, title, written

T = texts("nl")
ADDRESSES = ("", "verloop", "vragen", "onderdelen", "rekenen", "team", "rondes")


ALLOWED = {
    "leidinggevende": {"", "verloop", "vragen", "onderdelen", "rekenen", "team"},
    "toezicht": {"", "verloop", "vragen", "rekenen"},
    "beheerder": {"", "rondes"},
    "luisteraar": {""},
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_session_every_address_only_shows_a_link_to_sign_in(
    seal_month: SealMonth, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(None, address)

    assert title(page) == T("signed_out.title")
    assert len(page.selectbox) == 0
    assert f'href="/aanmelden?naar=%2F{address}"' in html(page)


@pytest.mark.slow
@pytest.mark.parametrize("role", ALLOWED)
def test_every_role_opens_its_own_pages_and_no_others(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, role: str
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 4))
    token = sign_in(role, "werk" if role == "leidinggevende" else None)

    opened = {a for a in ADDRESSES if title(open_page(token, a)) != T("refused.title")}

    assert opened == ALLOWED[role]


def test_the_session_is_checked_at_every_run(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    token = sign_in("leidinggevende", "werk")
    page = open_page(token)
    assert title(page) == T("page.overview")

    sessions.end(context.engine, token)
    page.run()

    assert title(page) == T("signed_out.title")
    assert not page.metric


def test_before_the_organisation_is_imported_the_first_page_says_what_to_do(
    sign_in: SignIn, open_page: OpenPage
) -> None:
    page = open_page(sign_in("toezicht"))

    assert title(page) == T("welcome.title")
    assert T("welcome.no_organisation") in written(page)


def test_until_the_first_round_a_beheerder_begins_at_the_set_up(
    sign_in: SignIn, open_page: OpenPage
) -> None:
    assert title(open_page(sign_in("beheerder"))) == T("page.setup")


def test_a_luisteraar_starts_at_the_inbox(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("luisteraar"))

    assert title(page) == T("page.inbox")


def test_the_menu_names_no_page_that_only_leads_to_another(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A luisteraar read *Begin*, above the inbox it led to."""
    menus: list[list[st.Page]] = []
    genuine = st.navigation
    monkeypatch.setattr(st, "navigation", lambda p, **k: menus.append(p) or genuine(p, **k))
    seal_month("2026-09", noord=(9, 4))

    for role, unit, is_named in (("luisteraar", None, False), ("leidinggevende", "werk", True)):
        open_page(sign_in(role, unit))
        (first,) = (page for page in menus[0] if not page.url_path)
        assert (first.visibility == "visible") is is_named
        menus.clear()


def test_the_language_is_chosen_in_the_sidebar_and_kept_on_other_pages(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "werk"))

    page.sidebar.selectbox[0].select("en").run()

    assert title(page) == texts("en")("page.overview")
    assert "September 2026" in readable(page)


@pytest.mark.slow
def test_a_chosen_unit_and_month_are_kept_when_the_language_changes(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 4))
    seal_month("2026-09", noord=(9, 2))
    page = open_page(sign_in("leidinggevende", "werk"), "vragen")
    page.selectbox[0].select("noord").run()
    page.selectbox[1].select("2026-08").run()

    page.sidebar.selectbox[0].select("en").run()

    assert [box.value for box in page.selectbox] == ["noord", "2026-08", "en"]
    assert page.query_params["onderdeel"] == "noord"


@pytest.mark.slow
def test_a_chosen_unit_is_kept_on_another_page(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 2))
    page = open_page(sign_in("leidinggevende", "werk"), "verloop")
    page.selectbox[0].select("zuid").run()

    page._page_hash = calc_hash("vragen")
    page.run()

    assert title(page) == T("page.questions")
    assert page.selectbox[0].value == "zuid"
