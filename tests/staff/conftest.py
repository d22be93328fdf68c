"""A town with one open round, and a browser at the staff door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import codes, invitations, rounds
from monitor.questionnaire import Questionnaire, load
from monitor.staff.door import exception_handlers, middleware, routes
from monitor.wiring import House

PERIOD = "2026-11"
TEAM = "wmo-oost"
BEHIND = "what lies behind the staff door"


@pytest.fixture
def questions(house: House) -> Questionnaire:
    """The questionnaire that comes with the app."""
    return load(house.settings.questionnaire_file)


@pytest.fixture
def town(house: House, now: datetime) -> House:
    """A house with an organisation."""
    tree = Tree(
        (
            Unit("stad", None, "Stad"),
            Unit("wmo", "stad", "Wmo"),
            Unit(TEAM, "wmo", "Wmo Oost"),
            Unit("wmo-west", "wmo", "Wmo West"),
        )
    )
    import_tree(house.engine, tree, "test", now)
    return house


@pytest.fixture
def open_town(town: House, questions: Questionnaire, now: datetime) -> House:
    """The same, with an open round."""
    rounds.open_round(town, PERIOD, questions, date(2026, 11, 17), "test", now)
    return town


@pytest.fixture
def invited(open_town: House, now: datetime) -> list[str]:
    """Eight codes of one team, as printed."""
    made = invitations.invite(open_town, PERIOD, {TEAM: 8}, "test", now)
    return [codes.show(invitation.code) for invitation in made]


@pytest.fixture
def code(invited: list[str]) -> str:
    """One of them."""
    return invited[0]


@pytest.fixture
def application() -> Starlette:
    """Both layers around the staff door, with something else behind it."""
    return Starlette(
        routes=[*routes, Mount("/", app=PlainTextResponse(BEHIND))],
        middleware=middleware,
        exception_handlers=exception_handlers,
    )


@pytest.fixture
def browser(house: House, application: Starlette) -> Iterator[TestClient]:
    """A Dutch browser that does not follow redirects by itself."""
    with TestClient(
        application, follow_redirects=False, headers={"accept-language": "nl"}
    ) as client:
        yield client
