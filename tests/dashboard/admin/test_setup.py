"""The set-up from an empty store to the first round."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from monitor.context import AppContext
from monitor.dashboard.admin.setup_steps import STEPS
from monitor.locale import texts
from monitor.pulse.rounds import rounds
from tests.dashboard.conftest import OpenPage, SealMonth
from tests.dashboard.pages import fill, html, readable, unescaped, written

T = texts("nl")
NUMBERS = {step.name: str(number) for number, step in enumerate(STEPS, start=1)}


def step_in_view(page: AppTest) -> str:
    """The words of the step that is marked as shown."""
    (words,) = re.findall(r'aria-current="step">(.*?)</p>', html(page))
    return re.sub("<[^>]*>", " ", words).strip()


def test_the_set_up_shows_what_is_missing_and_a_round_waits_for_it(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("inrichten")
    assert T("setup.left", count=4) in readable(page)
    assert T("setup.progress", done=2, count=6) in html(page)

    waiting = manage("rondes")

    assert T("open.missing") in waiting.warning[0].value
    assert not waiting.button
    assert rounds.all_rounds(context.engine) == ()


@pytest.mark.slow
def test_every_step_has_a_view_of_its_own_with_the_way_to_all_others(manage: OpenPage) -> None:
    for name, number in NUMBERS.items():
        page = manage("inrichten", stap=number)

        assert not page.exception
        assert [header.value for header in page.header] == [T(f"setup.{name}")]
        assert T("setup.step", number=number, count=len(STEPS)) in html(page)
        labels = " ".join(link.proto.label for link in page.get("page_link"))
        assert all(T(f"setup.{other}") in labels for other in {*NUMBERS} - {name})


def test_an_address_without_a_step_opens_the_first_that_is_missing(manage: OpenPage) -> None:
    for query in ({}, {"stap": "0"}, {"stap": "12"}, {"stap": "vijf"}):
        page = manage("inrichten", **query)

        assert T("setup.toezicht") in step_in_view(page)
        assert page.query_params["stap"] == NUMBERS["toezicht"]


def test_a_step_that_was_just_done_stays_in_view(manage: OpenPage) -> None:
    page = manage("inrichten", stap=NUMBERS["consent"])
    assert T("setup.missing") in step_in_view(page)

    fill(page, "consent", day="2-11-2026", note="Brief 114")

    assert T("set.kept") in unescaped(page)
    assert T("setup.consent") in step_in_view(page)
    assert T("setup.done") in step_in_view(page)


def test_after_the_first_round_the_set_up_leads_to_the_pages_and_has_no_form(
    manage: OpenPage, seal_month: SealMonth
) -> None:
    seal_month("2026-01", noord=(6, 4))

    page = manage("inrichten")

    assert T("setup.over") in written(page)
    assert not page.button
    addresses = {link.proto.page for link in page.get("page_link")}
    assert {"instellingen", "organisatie", "leden", "accounts", "hulplijnen"} <= addresses
