"""Authenticated rows: crashes, two at once, and what is signed and what is not."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Connection, bindparam, delete, insert, select, text, true, update

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext, build_context
from monitor.errors import StoreFailing
from monitor.locale import texts
from monitor.store import signed_rows
from monitor.store.engine import open_store, reading, writing
from monitor.store.signed_rows import RowGuard, acceptance
from monitor.store.signed_rows.changes import Changes
from monitor.store.signed_rows.deciding import DECIDING
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.row_reading import Unguarded
from monitor.store.tables import account, unit
from tests.stores import BOTH

pytestmark = pytest.mark.parametrize("store", BOTH)


def add(context: AppContext, name: str, now: datetime) -> None:
    accounts.add(context.engine, f"{name}@x.example", Role.TOEZICHT, None, "test", now)


def emails(context: AppContext) -> set[str]:
    return {each.email.partition("@")[0] for each in accounts.listing(context.engine)}


def seen(context: AppContext) -> int:
    head = RowGuard.of(context.secret, context.keys).epochs.seen(Kind.ACCOUNTS)
    assert head is not None
    return head.epoch


def test_a_crash_before_the_key_folder_is_written_shuts_nothing(
    context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(context, "sanne", now)
    before = seen(context)
    with monkeypatch.context() as patch:
        patch.setattr(Changes, "committed", lambda _: None)
        add(context, "karim", now)
    assert seen(context) == before

    started = build_context(context.settings)
    assert emails(started) == {"sanne", "karim"}
    assert seen(started) > before  # and what was missed is noted by who looks
    started.engine.dispose()


def test_a_transaction_that_fails_leaves_manifest_and_key_folder_alone(
    context: AppContext, now: datetime
) -> None:
    add(context, "sanne", now)
    before = seen(context)
    with pytest.raises(ZeroDivisionError), writing(context.engine) as connection:
        connection.execute(insert(account).values(id="k", email="karim@x.example"))
        assert len(signed_rows.genuine(connection, account)) == 2
        raise ZeroDivisionError

    assert seen(context) == before
    assert emails(context) == {"sanne"}


def test_who_began_to_read_before_anothers_commit_is_not_shut_out(
    context: AppContext, now: datetime
) -> None:
    add(context, "sanne", now)
    other = build_context(context.settings)
    with reading(context.engine) as connection:
        connection.execute(select(account)).all()  # from here on SQLite shows this moment
        add(other, "karim", now)
        assert len(signed_rows.genuine(connection, account)) == 2
        of_kind = [each.table for each in DECIDING if each.kind == Kind.ACCOUNTS]
        rows = signed_rows.whole(connection, *((table, true()) for table in of_kind))
        assert rows is not None
        assert len(rows[of_kind.index(account)]) == 2
    other.engine.dispose()


def test_what_one_process_signs_another_believes(context: AppContext, now: datetime) -> None:
    other = build_context(context.settings)
    for number in range(4):
        add((context, other)[number % 2], f"p{number}", now)
        assert emails(context) == emails(other) == {f"p{n}" for n in range(number + 1)}
    other.engine.dispose()


def test_a_row_that_somebody_else_wrote_is_never_signed_by_a_change(context: AppContext) -> None:
    with writing(context.engine, sign=False) as connection:
        connection.execute(insert(account).values(id="m", email="mol@x.example"))
    with writing(context.engine) as connection:
        connection.execute(update(account).values(password_hash="h"))
        connection.execute(update(account).where(account.c.id == "m").values(exempt=True))

    with reading(context.engine) as connection:
        assert genuine_ids(connection) == set()


def test_a_table_was_in_use_also_when_somebody_else_emptied_it(
    context: AppContext, now: datetime
) -> None:
    def in_use() -> bool:
        with reading(context.engine) as connection:
            return signed_rows.any_ever(connection, account)

    assert not in_use()
    with writing(context.engine, sign=False) as connection:
        connection.execute(insert(account).values(id="m", email="mol@x.example"))
    assert in_use()
    add(context, "sanne", now)
    with writing(context.engine, sign=False) as connection:
        connection.execute(delete(account))
    assert in_use()


def test_a_row_is_expected_until_the_program_deleted_it_itself(
    context: AppContext, now: datetime
) -> None:
    add(context, "sanne", now)
    with reading(context.engine) as connection:
        (name,) = genuine_ids(connection)
        assert signed_rows.expected(connection, account, name)
        assert not signed_rows.expected(connection, account, "m")
    with writing(context.engine, sign=False) as connection:
        connection.execute(delete(account))
    with reading(context.engine) as connection:
        assert signed_rows.expected(connection, account, name)
    with writing(context.engine) as connection:
        connection.execute(insert(account).values(id="k", email="karim@x.example"))
        connection.execute(delete(account).where(account.c.id == "k"))
        assert not signed_rows.expected(connection, account, "k")


def test_without_the_secret_no_row_is_taken_for_genuine(context: AppContext) -> None:
    engine = open_store(context.settings.database_url)
    with reading(engine) as connection, pytest.raises(Unguarded):
        signed_rows.genuine(connection, account)
    engine.dispose()


@pytest.mark.slow
def test_many_rows_at_once_are_signed_and_only_those(context: AppContext) -> None:
    with writing(context.engine) as connection:
        rows = [{"key": f"u{n}", "name": "A", "position": n} for n in range(700)]
        connection.execute(insert(unit), rows)
    with writing(context.engine, sign=False) as connection:
        connection.execute(update(unit).where(unit.c.key == "u5").values(parent="u6"))
    with writing(context.engine) as connection:
        connection.execute(
            update(unit).where(unit.c.key == bindparam("of")).values(name="B"),
            [{"of": f"u{n}"} for n in range(700)],
        )

    with reading(context.engine) as connection:
        genuine = signed_rows.genuine(connection, unit)
        assert {row.name for row in genuine} == {"B"}
        assert len(genuine) == 699
        assert signed_rows.whole(connection, (unit, true())) is None


def test_nothing_is_signed_on_top_of_a_manifest_that_cannot_be_believed(
    context: AppContext, now: datetime
) -> None:
    add(context, "sanne", now)
    with writing(context.engine, sign=False) as connection:
        connection.execute(text("UPDATE row_manifest SET epoch = epoch + 5"))

    assert emails(context) == set()
    with pytest.raises(StoreFailing):
        add(context, "karim", now)
    with reading(context.engine) as connection:
        closed = acceptance.closed_kinds(connection, RowGuard.of(context.secret, context.keys))
    assert {Kind.ACCOUNTS.value, Kind.READERS.value} <= set(closed)


def test_every_authenticated_table_has_a_name_for_the_operator(context: AppContext) -> None:
    for language in ("nl", "en"):
        assert all(texts(language)(f"rows.{each.table.name}") for each in DECIDING)


def genuine_ids(connection: Connection) -> set[str]:
    return {row.id for row in signed_rows.genuine(connection, account)}
