"""A municipality with one open round, and a browser on the plain pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.invitations import codes, issue
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
from tests import plain_pages, steps

PERIOD = "2026-11"
TEAM = "wmo-oost"
SANNE = "sanne@waterrijk.example"
GOOD = "vier losse natte eenden"
"""Of an account: its address and its passphrase."""


@pytest.fixture
def questions(context: AppContext) -> Questionnaire:
    """The questionnaire that comes with the app."""
    return load(context.settings.questionnaire_file)


@pytest.fixture
def town(context: AppContext, now: datetime) -> AppContext:
    """A context with an organisation."""
    tree = Tree(
        (
            Unit("stad", None, "Stad"),
            Unit("wmo", "stad", "Wmo"),
            Unit(TEAM, "wmo", "Wmo Oost"),
            Unit("wmo-west", "wmo", "Wmo West"),
        )
    )
    steps.take(context, ("plain town", now), lambda: import_tree(context.engine, tree, "test", now))
    return context


@pytest.fixture
def open_town(town: AppContext, questions: Questionnaire, now: datetime) -> AppContext:
    """The same, with an open round."""
    rounds.open_round(town, PERIOD, questions, date(2026, 11, 17), "test", now)
    return town


@pytest.fixture
def staffed(context: AppContext) -> AppContext:
    """A context in which Sanne has an account of the works council."""
    accounts.add_with_password(
        context.engine, SANNE, Role.TOEZICHT, None, GOOD, "demo", clock.now()
    )
    return context


@pytest.fixture
def invited(open_town: AppContext, now: datetime) -> list[str]:
    """Eight codes of one team, as printed."""
    invitations = issue.invite(open_town, PERIOD, {TEAM: 8}, "test", now)
    return [codes.show(invitation.code) for invitation in invitations]


@pytest.fixture
def code(invited: list[str]) -> str:
    """One of these codes."""
    return invited[0]


@pytest.fixture
def application() -> Starlette:
    """The plain pages behind every layer, with something else in the place of the dashboard."""
    return plain_pages.application()


@pytest.fixture
def browser(context: AppContext, application: Starlette) -> Iterator[TestClient]:
    """A Dutch browser that does not follow redirects by itself."""
    with TestClient(
        application, follow_redirects=False, headers={"accept-language": "nl"}
    ) as client:
        yield client
