"""``account``: who may sign in."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from monitor import clock
from monitor.access import accounts, login, sessions
from monitor.access.roles import Role
from monitor.commands.account import account
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit

SANNE = "sanne@waterrijk.example"
GOOD = "vier losse natte eenden"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(account, arguments)


@pytest.fixture
def peopled(context: AppContext) -> AppContext:
    """A context with one team."""
    tree = Tree((Unit("waterrijk", None, "Waterrijk"), Unit("werk", "waterrijk", "Werk")))
    import_tree(context.engine, tree, "cli", clock.now())
    return context


def test_adding_prints_a_link_that_works(peopled: AppContext) -> None:
    result = run("add", "Sanne@Waterrijk.example", "--role", "leidinggevende", "--unit", "werk")

    assert result.exit_code == 0
    (link,) = result.stdout.splitlines()
    base, _, token = link.rpartition("/")
    assert base == "http://localhost:8501/welkom"
    assert accounts.invited(peopled.engine, token, clock.now()) == SANNE
    assert "72 uur" in result.stderr
    assert token not in result.stderr


def test_a_refused_account_is_not_made(peopled: AppContext) -> None:
    result = run("add", SANNE, "--role", "leidinggevende")

    assert isinstance(result.exception, InputRefused)
    assert result.exception.key == "account.unit_needed"
    assert result.stdout == ""
    assert accounts.listing(peopled.engine) == ()


@pytest.mark.parametrize("role", ["toezicht", "luisteraar", "leidinggevende"])
def test_a_beheerder_is_given_no_other_role(peopled: AppContext, role: str) -> None:
    run("add", SANNE, "--role", "beheerder")
    unit = ("--unit", "werk") if role == "leidinggevende" else ()

    result = run("add", SANNE, "--role", role, *unit)

    assert isinstance(result.exception, InputRefused)
    assert result.exception.key == "account.roles_apart"
    assert [grant.role for grant in accounts.listing(peopled.engine)[0].grants] == [Role.BEHEERDER]


def test_an_unknown_role_is_refused(peopled: AppContext) -> None:
    assert run("add", SANNE, "--role", "baas").exit_code == 2
    assert run("add", SANNE).exit_code == 2


def test_the_list_names_roles_and_who_still_has_to_choose(peopled: AppContext) -> None:
    assert "nog geen accounts" in run("list").stdout
    run("add", SANNE, "--role", "leidinggevende", "--unit", "werk")
    run("add", SANNE, "--role", "toezicht")
    accounts.add_with_password(
        peopled.engine, "karim@waterrijk.example", Role.LUISTERAAR, None, GOOD, "demo", clock.now()
    )

    assert run("list").stdout.splitlines() == [
        "karim@waterrijk.example: luisteraar",
        f"{SANNE}: leidinggevende werk, toezicht (nog geen wachtzin gekozen)",
    ]


def test_ending_sessions_says_how_many(peopled: AppContext) -> None:
    engine, now = peopled.engine, clock.now()
    accounts.add_with_password(engine, SANNE, Role.TOEZICHT, None, GOOD, "demo", now)
    reached = login.check_passphrase_step(engine, peopled.secret, SANNE, GOOD, now)

    assert run("end-sessions", SANNE).stdout == "1 sessie beëindigd.\n"
    assert sessions.person(engine, reached.token, now) is None
    assert run("end-sessions", SANNE).stdout == "0 sessies beëindigd.\n"
    assert isinstance(run("end-sessions", "niemand@waterrijk.example").exception, InputRefused)


def test_taking_away_a_role_and_an_account(peopled: AppContext) -> None:
    run("add", SANNE, "--role", "leidinggevende", "--unit", "werk")
    run("add", SANNE, "--role", "toezicht")

    taken = run("take-role", SANNE, "--role", "leidinggevende", "--unit", "werk")
    assert taken.stdout == f"{SANNE} is niet meer: leidinggevende werk.\n"
    assert run("list").stdout == f"{SANNE}: toezicht (nog geen wachtzin gekozen)\n"

    assert run("remove", SANNE).stdout == f"Het account {SANNE} is weg.\n"
    assert isinstance(run("remove", SANNE).exception, InputRefused)


def test_starting_over_prints_a_link_that_works(peopled: AppContext) -> None:
    engine, now = peopled.engine, clock.now()
    accounts.add_with_password(engine, SANNE, Role.TOEZICHT, None, GOOD, "demo", now)

    result = run("start-over", SANNE)

    token = result.stdout.strip().rpartition("/")[2]
    assert accounts.invited(engine, token, now) == SANNE
    assert not accounts.listing(engine)[0].ready
    assert token not in result.stderr
