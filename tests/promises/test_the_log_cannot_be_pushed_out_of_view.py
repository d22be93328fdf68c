"""What changed in the set-up stays to be found: nobody buries an entry under others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.organisation.members import Member, import_members
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.store import audit
from monitor.store.audit import VIEWS, Selection
from monitor.store.engine import writing

TREE = Tree((Unit("stad", None, "Stad"), Unit("oost", "stad", "Oost")))
PEOPLE = (Member("iemand@stad.example", "oost"),)
TIMES = 1000


@pytest.fixture
def account_entry(context: AppContext, now: datetime) -> AppContext:
    """An installation with units, members, and one account that was given a role."""
    import_tree(context.engine, TREE, "test", now)
    import_members(context.engine, PEOPLE, "test", now)
    accounts.add(context.engine, "lezer@stad.example", Role.TOEZICHT, None, "maker", now)
    return context


def shows_account(context: AppContext, selection: Selection | None = None) -> bool:
    """Whether the newest 200 changes of a selection have the one to the account among them."""
    entries = audit.entries(context.engine, 200, selection)
    return any(entry.action == "account.role" for entry in entries)


def test_a_thousand_imports_that_change_nothing_push_nothing_out_of_view(
    account_entry: AppContext, now: datetime
) -> None:
    before = audit.entries(account_entry.engine, None)

    for _ in range(TIMES // 20):  # each is a transaction of its own: enough to show it
        import_tree(account_entry.engine, TREE, "maker", now)
        import_members(account_entry.engine, PEOPLE, "maker", now)

    assert audit.entries(account_entry.engine, None) == before
    assert shows_account(account_entry)


@pytest.mark.slow
def test_entries_that_are_written_do_push_it_out_but_not_out_of_its_own_view(
    account_entry: AppContext, now: datetime
) -> None:
    """The control: a thousand entries as an import used to write them."""
    with writing(account_entry.engine) as connection:
        for _ in range(TIMES):
            audit.note(connection, "maker", "organisation.import", "total 2", now)

    assert not shows_account(account_entry)
    assert shows_account(account_entry, Selection("accounts"))
    total = audit.count(account_entry.engine, Selection())
    last = audit.entries(account_entry.engine, 200, None, skipped=total - 200)
    assert any(entry.action == "account.role" for entry in last)


def test_an_import_that_changes_something_is_noted(
    account_entry: AppContext, now: datetime
) -> None:
    before = audit.count(account_entry.engine, Selection("setup"))

    import_tree(account_entry.engine, Tree((*TREE.units, Unit("west", "stad", "West"))), "m", now)
    import_members(account_entry.engine, (), "m", now)

    assert audit.count(account_entry.engine, Selection("setup")) == before + 2


def test_days_are_those_of_dutch_time_and_both_ends_count(context: AppContext) -> None:
    late = datetime(2026, 11, 3, 22, 59, tzinfo=UTC)  # 23:59 in Amsterdam
    with writing(context.engine) as connection:
        for moment, detail in ((late, "third"), (late + timedelta(minutes=2), "fourth")):
            audit.note(connection, "m", "mail.server", detail, moment)

    third = Selection("mail", date(2026, 11, 3), date(2026, 11, 3))
    assert [entry.detail for entry in audit.entries(context.engine, 9, third)] == ["third"]
    since = Selection("mail", date(2026, 11, 4))
    assert [entry.detail for entry in audit.entries(context.engine, 9, since)] == ["fourth"]


def test_every_view_shows_its_own_kind_and_a_wildcard_in_a_name_means_itself(
    context: AppContext, now: datetime
) -> None:
    actions = ("account.role", "round.invite", "round.close", "luisteraar.sign", "mail.server")
    with writing(context.engine) as connection:
        for action in (*actions, "help.contacts", "roundXaccept_box"):
            audit.note(connection, "m", action, "", now)

    shown = {
        view: [entry.action for entry in audit.entries(context.engine, 9, Selection(view))]
        for view in VIEWS
    }
    of_views = ("accounts", "codes", "closings", "keys", "mail")
    assert [shown[view] for view in of_views] == [[action] for action in actions]
    assert shown["setup"] == ["help.contacts"]
    assert len(shown["all"]) == 7
