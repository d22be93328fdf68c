"""The agenda on paper and the file for a calendar, for whoever leads the unit."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.followup import actions, conversations
from monitor.followup.conversations import Plan
from monitor.followup.records import ConversationState, NewAction, Origin, OriginKind
from monitor.locale import texts
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import account
from monitor.web.files import papers
from tests.plain_pages import application
from tests.reports.conftest import text_of

pytestmark = pytest.mark.usefixtures("no_midnight")

T = texts("nl")
SIGNAL = Origin(OriginKind.SIGNAL, "2026-10", "respect")


@pytest.fixture
def browser(context: AppContext) -> TestClient:
    """Signed in as the leidinggevende of Team Oost."""
    now = clock.now()
    import_tree(
        context.engine,
        Tree((Unit("stad", None, "Stad"), Unit("oost", "stad", "Team Oost"))),
        "test",
        now,
    )
    accounts.add(context.engine, "an@stad.example", Role.LEIDINGGEVENDE, "oost", "test", now)
    with writing(context.engine) as connection:
        found = connection.scalar(select(account.c.id))
        assert found is not None
        token = sessions.start(connection, found, now)
    return TestClient(application(), cookies={sessions.COOKIE: token}, follow_redirects=False)


def planned(context: AppContext, origin: Origin = SIGNAL, method: str = "uitkomsten_lezen") -> str:
    plan = Plan(method, clock.now() + timedelta(7), 45, "colleague", origin)
    return conversations.plan(context.engine, "oost", plan, clock.today())


def test_the_agenda_has_minutes_rules_and_what_is_open(
    context: AppContext, browser: TestClient
) -> None:
    new = NewAction("talk", "Elke maandag een kwartier <b>", "2026-11")
    actions.add(context.engine, "oost", new, (), clock.today())
    page = browser.get(f"/gesprekken/{planned(context)}/agenda")
    assert page.status_code == 200
    assert "Elke maandag een kwartier &lt;b&gt;" in page.text
    assert "Team Oost" in page.text
    assert page.text.count("<li>") >= 10
    assert "respect" not in page.text.lower().partition("<h1>")[2].partition("<h2>")[0]
    assert browser.get("/gesprekken/onbekend/agenda").status_code == 404
    gone = planned(context, method="no_longer_there")
    assert browser.get(f"/gesprekken/{gone}/agenda").status_code == 404


@pytest.mark.slow
def test_the_agenda_on_paper_says_the_same(
    context: AppContext, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = NewAction("talk", "Elke maandag een kwartier", "2026-11")
    actions.add(context.engine, "oost", new, (), clock.today())
    name = planned(context)
    shown = browser.get(f"/gesprekken/{name}/agenda").text
    paper = browser.get(f"/gesprekken/{name}/agenda.pdf")
    (words,) = {" ".join(text_of(paper.content).split())}
    for said in re.findall(r"<li>([^<&]+)</li>", shown):
        assert " ".join(said.split()) in words
    assert "Elke maandag een kwartier" in words
    assert "respect" not in words.lower()[:400]
    assert browser.get("/gesprekken/onbekend/agenda.pdf").status_code == 404
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 0)
    assert browser.get(f"/gesprekken/{name}/agenda.pdf").status_code == 503


def test_the_file_waits_a_night_after_the_results(context: AppContext, browser: TestClient) -> None:
    name = planned(context)
    assert browser.get(f"/gesprekken/{name}/teamgesprek.ics").status_code == 200
    with writing(context.engine) as connection:
        audit.note(connection, "test", "round.close", "2026-10", clock.now())
    refused = browser.get(f"/gesprekken/{name}/teamgesprek.ics")
    assert refused.status_code == 403
    assert T("message.sleep_on_it.title") in refused.text
    conversations.settle(context.engine, name, ConversationState.DROPPED)
    assert browser.get(f"/gesprekken/{name}/teamgesprek.ics").status_code == 404


def test_without_a_session_one_signs_in_first(context: AppContext, browser: TestClient) -> None:
    name = planned(context)
    browser.cookies.clear()
    for file in ("agenda", "agenda.pdf", "teamgesprek.ics"):
        answer = browser.get(f"/gesprekken/{name}/{file}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/aanmelden")
