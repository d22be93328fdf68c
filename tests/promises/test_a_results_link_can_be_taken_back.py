"""Whoever leaves a team can be kept from its results: its link can be renewed and ended."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import results_link
from monitor.access.roles import Grant, Permission, Person, Role, units_for
from monitor.context import AppContext
from monitor.organisation import team_links
from monitor.organisation.edits import closed
from monitor.organisation.register import current_tree, edit_tree
from monitor.store import audit
from tests.plain_pages import application
from tests.stores import SQLITE

TEAM, OTHER = "werk", "stad"


@pytest.fixture
def browser(town: AppContext) -> TestClient:
    """Somebody who kept every link there was."""
    return TestClient(application())


def status(browser: TestClient, context: AppContext, version: int, unit: str = TEAM) -> int:
    token = results_link.token(context.secret, unit, version)
    return browser.get(f"/resultaten/{token}").status_code


@pytest.mark.slow
@pytest.mark.parametrize("store", [SQLITE])
def test_a_link_that_somebody_took_along_can_be_ended(
    browser: TestClient, town: AppContext
) -> None:
    engine, now = town.engine, clock.now()
    assert status(browser, town, 0) == 200  # the control: nothing was done about it

    team_links.renew(engine, TEAM, "lena", now)
    assert (status(browser, town, 0), status(browser, town, 1)) == (404, 200)
    team_links.end(engine, TEAM, "lena", now)
    team_links.end(engine, TEAM, "lena", now)
    assert {status(browser, town, version) for version in range(-4, 4)} == {404}
    team_links.renew(engine, TEAM, "lena", now)

    # No link that ever was, also after an end, comes back.
    assert [status(browser, town, version) for version in range(4)] == [404, 404, 200, 404]
    assert status(browser, town, 0, OTHER) == 200
    logged = [(e.actor, e.action, e.detail) for e in audit.entries(engine) if "link" in e.action]
    assert logged == [
        ("lena", "results_link.renew", TEAM),
        ("lena", "results_link.end", TEAM),
        ("lena", "results_link.renew", TEAM),
    ]


@pytest.mark.parametrize("store", [SQLITE])
def test_the_link_of_a_closed_unit_does_not_answer(browser: TestClient, town: AppContext) -> None:
    assert status(browser, town, 0) == 200
    edit_tree(town.engine, lambda tree: closed(tree, TEAM), TEAM, "sanne", clock.now())

    assert status(browser, town, 0) == 404
    assert status(browser, town, 0, OTHER) == 200


def test_only_who_leads_the_unit_may(town: AppContext) -> None:
    """A beheerder would get no link, and could shut teams out."""
    tree = current_tree(town.engine)

    def may_renew(role: Role, unit: str | None = None) -> set[str]:
        person = Person("a", "a@stad.example", (Grant(role, unit),))
        return set(units_for(person, Permission.REPLY_TO_TEAM, tree))

    assert may_renew(Role.LEIDINGGEVENDE, TEAM) == {TEAM}
    assert may_renew(Role.LEIDINGGEVENDE, OTHER) == {TEAM, OTHER}
    assert not may_renew(Role.BEHEERDER) | may_renew(Role.TOEZICHT) | may_renew(Role.LUISTERAAR)
