"""The first page."""

from __future__ import annotations

import pytest

from monitor.climate.figures import ABOVE
from monitor.climate.results import results
from monitor.climate.verdicts import verdict
from monitor.context import AppContext
from monitor.dashboard import phrases
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import cards, readable, written

T = texts("nl")


def test_a_leidinggevende_chooses_among_the_own_unit_and_those_beneath(
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
    assert [score for _, score, _ in cards(page)] == ["63"] * 3


def test_toezicht_sees_the_organisation_as_a_whole_and_nothing_lower(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4), zuid=(9, 2), oost=(9, 3))

    page = open_page(sign_in("toezicht"), onderdeel="noord")

    assert "Gemeente Waterrijk" in written(page)
    assert [score for _, score, _ in cards(page)] == ["50"] * 3
    assert "noord" not in readable(page).lower()
    for of_a_team in ("overview.same", "next.none", "next.methods"):
        assert T(of_a_team) not in readable(page)
    assert T("next.overseer") in readable(page)
    assert "deelname" in [link.proto.page for link in page.get("page_link")]


def test_the_overview_shows_score_interval_response_and_an_honest_word(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", places=12, noord=(6, 4))

    page = open_page(sign_in("leidinggevende", "noord"))

    assert [each[1:] for each in cards(page)] == [("75", T("word.too_few"))] * 3
    text = readable(page)
    took_part = T("rows.participation", band="5 tot en met 9", places=12)
    assert T("overview.participation", who=took_part, month="september 2026") in text
    assert text.count(T("theme.margin", low=64, high=86)) == 3
    assert page.title[0].value == T("overview.headline.too_few")


@pytest.mark.slow
def test_three_months_without_a_signal_are_called_stable(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for period, answer in (("2026-07", 4), ("2026-08", 3), ("2026-09", 4)):
        seal_month(period, places=12, noord=(9, answer))

    page = open_page(sign_in("leidinggevende", "noord"))

    assert [word for _, _, word in cards(page)] == [T("word.stable")] * 3
    assert page.title[0].value == T("overview.headline.stable")


def test_a_score_at_an_end_is_shown_as_at_most_or_at_least(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 5), zuid=(9, 1))
    token = sign_in("leidinggevende", "werk")

    assert cards(open_page(token, onderdeel="noord"))[0][1] == "≥ 90"
    assert cards(open_page(token, onderdeel="zuid"))[0][1] == "≤ 10"


@pytest.mark.slow
def test_the_overview_says_what_fell_earlier_and_where_else(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in range(1, 11):
        content = 5 if month < 7 else 1
        seal_month(f"2026-{month:02d}", 12, noord=(9, content), zuid=(9, 4), oost=(9, 4))
    token = sign_in("leidinggevende", "waterrijk")

    page = open_page(token, onderdeel="noord")
    themes = ("Respect", "Ruimte in het werk", "Steun")
    findings = T(
        "overview.finding.down", count=3, theme=phrases.listed(themes, T), since="juli 2026"
    )
    assert page.title[0].value == T("overview.headline.stays", findings=findings)
    assert cards(page) == [(theme, "≤ 10", T("word.stays_down")) for theme in themes]
    noticed = T("theme.noticed", since="juli 2026", noticed="juli 2026")
    assert readable(page).count(noticed) == 3

    above = open_page(token, onderdeel="werk")
    assert "Hieronder: bij één team iets lager." in above.title[0].value
    assert T("next.talk_work", units="Werk *Noord*") in readable(above)
    elsewhere = open_page(token, onderdeel="oost")
    assert elsewhere.title[0].value == T("overview.headline.stable")
    assert T("next.none") in readable(elsewhere)


@pytest.mark.slow
def test_few_answers_are_told_first_and_the_finding_stays(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in range(1, 12):
        seal_month(f"2026-{month:02d}", places=12, noord=(10, 4 if month <= 6 else 3), zuid=(10, 4))
    seal_month("2026-12", places=20, noord=(5, 4))

    page = open_page(sign_in("leidinggevende", "noord"))

    assert page.title[0].value == T("overview.headline.few_answers")
    themes = phrases.listed(("Respect", "Ruimte in het werk", "Steun"), T)
    fell = T("overview.finding.down", count=3, theme=themes, since="juli 2026")
    assert T("overview.headline.earlier", findings=fell) in readable(page)
    assert T("overview.same") not in readable(page)
    assert T("word.stays_down") in readable(page)


@pytest.mark.slow
def test_one_team_is_told_by_one_rule_whoever_looks(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    month = 0
    while month < 6 or verdict(results(context.engine), "noord", "respect").word != "down":
        month += 1
        assert month <= 12
        seal_month(f"2026-{month:02d}", places=12, noord=(10, 4 if month <= 6 else 3), zuid=(10, 4))
    stricter = verdict(results(context.engine), "noord", "respect", audience=ABOVE)
    assert stricter.word == "stable"  # else nothing would be tested
    token = sign_in("leidinggevende", "werk")

    word = T("word.down")
    assert word in readable(open_page(token, onderdeel="noord"))
    above = readable(open_page(token, onderdeel="werk"))
    assert word not in above.replace(T("signals.above"), "")
    assert word in readable(open_page(token, "verloop", onderdeel="noord"))
    together = readable(open_page(token, "onderdelen", onderdeel="werk"))
    assert word not in together.replace(T("signals.above"), "")
    assert T("signals.above") in together
