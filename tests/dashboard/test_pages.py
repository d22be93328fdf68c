"""The pages: what each person sees, and what a page says when there is nothing to see."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from monitor import clock
from monitor.access import sessions
from monitor.climate.team_messages import reply
from monitor.context import AppContext
from monitor.dashboard.phrases import escaped
from monitor.locale import texts
from monitor.pulse.rounds import rounds
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn

T = texts("nl")
ADDRESSES = ("", "verloop", "vragen", "onderdelen", "rekenen", "team", "rondes")
ALLOWED = {
    "leidinggevende": {"", "verloop", "vragen", "onderdelen", "rekenen", "team"},
    "toezicht": {"", "verloop", "vragen", "rekenen"},
    "beheerder": {"", "rondes"},
    "luisteraar": {""},
}


def title(page: AppTest) -> str:
    """The title of what was opened."""
    assert not page.exception
    return page.title[0].value


def said(page: AppTest) -> str:
    """Everything written on the page as text."""
    return "\n".join(element.value for element in page.markdown)


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_session_every_address_only_shows_the_way_to_sign_in(
    seal_month: SealMonth, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(None, address)

    assert title(page) == T("signed_out.title")
    assert len(page.selectbox) == 0
    written = "".join(element.proto.body for element in page.get("html"))
    assert f'href="/aanmelden?naar=%2F{address}"' in written


@pytest.mark.parametrize("role", ALLOWED)
def test_every_role_opens_its_own_pages_and_no_others(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, role: str
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 4))
    token = sign_in(role, "werk" if role == "leidinggevende" else None)

    opened = {a for a in ADDRESSES if title(open_page(token, a)) != T("refused.title")}

    assert opened == ALLOWED[role]


def test_the_session_is_asked_again_at_every_run(
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


def test_a_leidinggevende_chooses_among_the_own_unit_and_what_is_beneath(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 3), oost=(9, 2))

    page = open_page(sign_in("leidinggevende", "werk"))

    names = [name.strip("\u200b\u2003") for name in page.selectbox[0].options]
    assert names == ["Werk en Inkomen", "Werk *Noord*", "Team 1"]


def test_a_unit_in_the_address_that_is_not_for_this_person_is_not_shown(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 3), oost=(9, 2))

    page = open_page(sign_in("leidinggevende", "werk"), onderdeel="oost")

    assert page.selectbox[0].value == "werk"
    assert [metric.value for metric in page.metric] == ["63"] * 3


def test_toezicht_sees_the_organisation_as_a_whole_and_nothing_lower(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 2), oost=(9, 3))

    page = open_page(sign_in("toezicht"), onderdeel="noord")

    assert "Gemeente Waterrijk" in said(page)
    assert [metric.value for metric in page.metric] == ["50"] * 3


def test_the_overview_tells_score_interval_response_and_an_honest_word(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", places=12, noord=(6, 4))

    page = open_page(sign_in("leidinggevende", "noord"))

    assert [metric.value for metric in page.metric] == ["75"] * 3
    text = said(page)
    assert T("overview.month", month="september 2026") in text
    assert T("overview.response_of", band="5 tot en met 9", places=12) in text
    assert T("overview.interval", low=64, high=86) in text
    assert text.count(T("word.too_few")) == 3
    assert T("overview.headline.too_few") in [header.value for header in page.header]


def test_three_months_without_a_signal_are_called_stable(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for period, answer in (("2026-07", 4), ("2026-08", 3), ("2026-09", 4)):
        seal_month(period, places=12, noord=(9, answer))

    page = open_page(sign_in("leidinggevende", "noord"))

    assert said(page).count(f"**{T('word.stable')}**") == 3


def test_a_score_at_an_end_is_told_as_at_most_or_at_least(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 5), zuid=(9, 1))
    token = sign_in("leidinggevende", "werk")

    assert open_page(token, onderdeel="noord").metric[0].value == "≥ 90"
    assert open_page(token, onderdeel="zuid").metric[0].value == "≤ 10"


@pytest.mark.parametrize("address", ["", "verloop", "vragen", "onderdelen"])
def test_nothing_of_an_open_round_is_shown(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", closed=False, noord=(30, 4))

    page = open_page(sign_in("leidinggevende", "werk"), address)

    assert T("empty.no_month.title") in said(page)
    assert not page.metric
    assert not page.table
    assert not page.get("vega_lite_chart")


@pytest.mark.parametrize("address", ["", "vragen"])
def test_a_team_that_is_too_small_is_told_so(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", noord=(4, 4), zuid=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), address)

    assert T("empty.too_small.title") in said(page)
    assert r"Werk \*Noord\*" in said(page)
    assert not page.metric
    assert not page.table


def test_a_trend_of_a_team_that_never_had_enough_answers_says_what_to_do(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(4, 4), zuid=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), "verloop")

    assert T("empty.no_series.title") in said(page)
    assert not page.get("vega_lite_chart")


def test_before_the_organisation_is_imported_the_first_page_says_what_to_do(
    sign_in: SignIn, open_page: OpenPage
) -> None:
    page = open_page(sign_in("toezicht"))

    assert title(page) == T("welcome.title")
    assert T("welcome.no_organisation") in said(page)


def test_until_the_first_round_a_beheerder_begins_at_the_set_up(
    sign_in: SignIn, open_page: OpenPage
) -> None:
    assert title(open_page(sign_in("beheerder"))) == T("page.setup")


def test_a_luisteraar_is_shown_the_way_to_the_inbox(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("luisteraar"))

    assert title(page) == T("page.inbox")


def test_a_beheerder_sees_rounds_and_no_results(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("beheerder"))

    assert T("welcome.rounds") in said(page)
    assert not page.metric


def test_without_rounds_the_page_says_how_to_open_one(sign_in: SignIn, open_page: OpenPage) -> None:
    page = open_page(sign_in("beheerder"), "rondes")

    assert T("empty.no_round.title") in said(page)
    assert not page.button


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
    spec = json.loads(page.get("vega_lite_chart")[0].proto.spec)
    assert spec["config"]["aria"] is False
    assert "september 2026" in page.get("vega_lite_chart")[0].proto.alt


def test_months_with_a_remark_are_named_beside_the_table(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 4), zuid=(9, 4))
    seal_month("2026-09", noord=(24, 4), zuid=(2, 4))

    page = open_page(sign_in("leidinggevende", "werk"), "verloop")

    assert f"augustus 2026: {T('note.caution.short')}" in said(page)
    both = f"{T('note.left_out.short')}, {T('note.break.short')}"
    assert f"september 2026: {T('note.caution.short')}, {both}" in said(page)


def test_questions_have_scores_and_a_distribution_only_where_the_group_is_large(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(24, (4, 2)), zuid=(9, 4))
    token = sign_in("leidinggevende", "werk")

    large = open_page(token, "vragen", onderdeel="noord")
    small = open_page(token, "vragen", onderdeel="zuid")

    assert len(large.get("vega_lite_chart")) == 3
    assert list(large.table[1].value[T("table.favourable")]) == ["50"] * 3
    assert said(large).count(T("questions.divided.title", count=3, all=3)) == 3
    assert not small.get("vega_lite_chart")
    assert len(small.table) == 3
    assert T("questions.no_distribution") in said(small)


def test_units_stand_in_tree_order_whatever_their_scores(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 2), zuid=(9, 5), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen")

    names = [str(name).strip("\u200b\u2003") for name in page.table[0].value.index]
    assert names == [
        "Gemeente Waterrijk",
        "Werk en Inkomen",
        r"Werk \*Noord\*",
        "Team 1",
        "Jeugd",
        "Team 1",
    ]


def test_units_with_a_signal_are_named_in_tree_order_without_a_verdict(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in range(1, 9):
        content = 5 if month < 7 else 1
        seal_month(f"2026-0{month}", noord=(9, content), zuid=(9, 4), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen", maand="2026-08")

    lines = [line for e in page.markdown for line in e.value.splitlines() if T("word.down") in line]
    assert lines
    assert any(r"Werk \*Noord\*" in line for line in lines)
    assert not any("Jeugd" in line for line in lines)
    assert T("units.signals.talk") in said(page)
    assert T("word.down") in set(page.table[0].value[T("table.signal")])


def test_the_overview_says_what_fell_earlier_and_where_else(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in range(1, 11):
        content = 5 if month < 7 else 1
        seal_month(f"2026-{month:02d}", noord=(9, content), zuid=(9, 4), oost=(9, 4))
    token = sign_in("leidinggevende", "waterrijk")

    page = open_page(token, onderdeel="noord")
    down = "Respect, Haalbare druk en Steun"
    assert page.header[0].value == T("overview.headline.sustained.down", down=down)
    short = T("signals.sustained.short.down", since="juli 2026")
    assert said(page).count(f"**{short}**") == 3

    elsewhere = said(open_page(token, onderdeel="oost"))
    assert T("overview.elsewhere") in elsewhere
    assert rf"**Werk \*Noord\***, Respect: {short}" in elsewhere
    assert T("overview.elsewhere.none") not in elsewhere


def test_without_a_signal_the_units_page_says_so(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 2), zuid=(9, 5), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen")

    assert T("units.signals.none", month="september 2026") in said(page)
    title = T("units.title", theme="Respect", month="september 2026", low="25", high="≥ 90")
    assert page.header[0].value == title


def test_the_language_is_chosen_in_the_sidebar_and_kept_on_other_pages(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "werk"))

    page.sidebar.selectbox[0].select("en").run()

    assert title(page) == texts("en")("page.overview")
    assert "September 2026" in said(page)


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


def test_the_line_for_the_team_is_written_changed_and_taken_away(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "team")

    page.text_area[0].input("We bespreken de druk elke maandag.")
    page.button[0].click().run()

    written = reply(context.engine, "noord")
    assert written is not None
    assert written.text == "We bespreken de druk elke maandag."
    assert page.success[0].value == T("team.reply.saved")

    page.text_area[0].input("  ")
    page.button[0].click().run()
    assert reply(context.engine, "noord") is None
    assert page.success[0].value == T("team.reply.removed")


def test_the_link_for_the_team_is_shown_to_who_leads_it(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), "team")

    assert page.code[0].value.startswith(f"{context.settings.base_url}/resultaten/")


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
    assert [one.label for one in page.button] == [T("open.button")]


def test_a_round_is_abandoned_from_the_page(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False, noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")

    page.checkbox[1].check()
    page.button[1].click().run()

    assert rounds.get(context.engine, "2026-09").status == "abandoned"
    assert page.success[0].value == escaped(T("rounds.abandon.done", month="september 2026"))


def test_a_round_closed_elsewhere_in_the_meantime_is_told_in_words(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", closed=False, noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")
    rounds.abandon(context, "2026-09", "elders", clock.now())

    page.checkbox[0].check()
    page.button[0].click().run()

    assert not page.exception


def test_the_list_of_rounds_tells_nothing_of_answers(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 4))
    seal_month("2026-09", closed=False, noord=(17, 4))

    page = open_page(sign_in("beheerder"), "rondes")

    assert list(page.table[0].value.columns) == [
        T(f"table.{name}") for name in ("status", "opened", "closes")
    ]
    assert "17" not in said(page)
