"""The page with the statements of one month."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import cast

import pytest

from monitor.climate.figures import Figure
from monitor.dashboard.results import questions
from monitor.dashboard.results.theme_state import ThemeState
from monitor.dashboard.visit import Visit
from monitor.locale import texts
from monitor.pulse.questionnaire import Question
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, readable, title

T = texts("nl")


def bars(page_html: str) -> list[list[str]]:
    """The numbers in the bar of each statement."""
    return [
        re.findall(r">(\d+)<", bar)
        for bar in re.findall(r'class="shares".*?</span></span>', page_html)
    ]


@pytest.mark.slow
def test_statements_have_scores_and_a_distribution_only_where_the_group_is_large(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(24, (4, 2)), zuid=(9, 4))
    token = sign_in("leidinggevende", "werk")

    large = open_page(token, "vragen", onderdeel="noord")
    small = open_page(token, "vragen", onderdeel="zuid")

    assert title(large) == T("page.questions")
    assert bars(html(large)) == [["50", "50"]] * 9
    assert T("tooltip.share", share=50, answer=T("class.favourable")) in html(large)
    assert bars(html(small)) == []
    assert len(re.findall(r'class="v">(\d+)<', html(small))) == 9
    assert T("questions.no_distribution") in readable(small)
    assert len(large.table) == len(small.table) == 0


@pytest.mark.parametrize(
    ("notes", "why"), [((), "note.withheld.short"), (("team_only",), "note.team_only.short")]
)
def test_a_statement_without_a_score_says_why(notes: tuple[str, ...], why: str) -> None:
    """What is kept for the team does not lack answers."""
    asked = Question("leiding", {"nl": "Ik kon op mijn leidinggevende rekenen."})
    notes_there = frozenset({"withheld", *notes})
    figure = Figure("2026-09", "werk", "question", "leiding", None, notes=notes_there)
    visit, state = cast(Visit, SimpleNamespace(t=T)), cast(ThemeState, None)

    drawn = questions._statement(visit, state, asked, figure, None)

    assert f">{T(why)}<" in drawn


@pytest.mark.slow
def test_a_statement_stands_beside_its_own_earlier_level(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in (6, 7, 8):
        seal_month(f"2026-0{month}", noord=(9, 4))
    token = sign_in("leidinggevende", "noord")
    assert T("units.level", level=75) not in readable(open_page(token, "vragen"))
    seal_month("2026-09", noord=(9, 3))

    assert readable(open_page(token, "vragen")).count(T("units.level", level=75)) == 9
