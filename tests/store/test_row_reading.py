"""Reading authenticated rows beside a process that commits in between; and what a code is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, true

from monitor.store.signed_rows.deciding import BY_TABLE
from monitor.store.signed_rows.guard import RowGuard, State
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.manifest import Head, Manifest
from monitor.store.signed_rows.row_mac import RowMac
from monitor.store.signed_rows.row_reading import _RowRead
from monitor.store.tables import account

ACCOUNTS = BY_TABLE[account.name]
VALUES = (b"01", "01", 1, 1.5, True, None, date(2026, 11, 3), "2026-11-03", [1], {"a": 1})


class Store:
    """A store with two rows, of which the manifest lists more at every look."""

    def __init__(self, *listed: Sequence[str]) -> None:
        self._listed: Iterator[Sequence[str]] = iter(listed)
        self.reads = 0

    def execute(self, *_: object) -> Any:
        """Read both rows."""
        self.reads += 1
        return SimpleNamespace(all=lambda: [SimpleNamespace(_mapping=key) for key in "ab"])

    def get_execution_options(self) -> dict[str, object]:
        """Nothing is being changed."""
        return {}

    def states(self, _: object, kinds: Sequence[str]) -> dict[str, object]:
        """What the manifest lists now."""
        listed = next(self._listed)
        return dict.fromkeys(kinds, (State.GENUINE, listed))

    def is_genuine(self, _: object, row: str, listed: Sequence[str]) -> bool:
        """Whether a row is in the manifest."""
        return row in listed


def read(store: Store) -> list[str]:
    """The genuine rows."""
    look = _RowRead(cast(Connection, store), cast(RowGuard, store))
    look.prepare({Kind.ACCOUNTS.value})
    rows = look.genuine(ACCOUNTS, true(), {})
    return [cast(str, row._mapping) for row in rows]


@pytest.mark.parametrize(
    ("listed", "rows", "reads"),
    [
        (["ab"], "ab", 1),
        (["a", "a"], "a", 1),  # the other one is nobody's: reading again would not help
        (["a", "ab"], "ab", 2),
        (["", "a", "ab"], "ab", 3),
        (["", "a", "b", "ab"], "b", 3),  # it goes on and on: what is genuine now is enough
    ],
)
def test_rows_are_read_again_when_somebody_committed_in_the_middle(
    listed: list[str], rows: str, reads: int
) -> None:
    store = Store(*listed)

    assert read(store) == list(rows)
    assert store.reads == reads


def code(value: object) -> bytes:
    """The code of an account with this value in a deciding column."""
    row = dict.fromkeys((*ACCOUNTS.key, *ACCOUNTS.columns)) | {ACCOUNTS.columns[0]: value}
    return RowMac.of(b"secret").code(ACCOUNTS, row)


def test_no_two_values_of_another_type_have_the_same_code() -> None:
    assert len({code(value) for value in VALUES}) == len(VALUES)


def test_a_value_has_the_same_code_as_either_database_reads_it() -> None:
    assert code({"a": 1, "b": 2}) == code({"b": 2, "a": 1})
    assert code(b"01") == code(bytearray(b"01")) == code(memoryview(b"01"))


def test_codes_of_rows_are_in_no_log() -> None:
    head, codes = Head("accounts", 3, b"secret"), {b"secret": b"secret"}

    shown = repr((head, Manifest("accounts", 3, b"secret", codes), RowMac.of(b"secret")))

    assert "secret" not in shown
    assert "epoch=3" in shown
