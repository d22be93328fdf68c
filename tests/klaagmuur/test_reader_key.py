"""A luisteraar's key: what locked it opens it, and its signature counts for one statement."""

from __future__ import annotations

import pytest

from monitor.klaagmuur import reader_key
from monitor.klaagmuur.reader_key import ReaderKey, WrongKey
from tests.klaagmuur.conftest import insecure_quick_cost

READER = ReaderKey(bytes(range(32)))
OTHER = ReaderKey(bytes(range(1, 33)))


def test_a_lock_of_the_first_version_still_opens() -> None:
    locked = bytes.fromhex(
        "010000000100002000d57ad452b1e3ad2eacf83247f14a4e1d2eb0c5bf34f58c0dbbc99f513a9891"
        "c0c6a8ef5b5b44bf28898335ef13d13bdf6299d6156e8070e935493823ae05471c8c1d0f60a74889"
        "bc37bc20a677e123f26f7d2a5696d3d94d"
    )

    assert reader_key.unlock(locked, "vier losse natte eenden") == READER


def test_a_passphrase_opens_its_lock_and_no_other_does() -> None:
    locked = reader_key.lock(READER.seed, "café bij de brug", insecure_quick_cost)

    assert reader_key.unlock(locked, "cafe\u0301 bij de brug") == READER
    for wrong in ("cafe bij de brug", "", "x" * 1000):
        with pytest.raises(WrongKey):
            reader_key.unlock(locked, wrong)
    for broken in (b"", locked[:10], locked[:-1], b"\0" * len(locked)):
        with pytest.raises(WrongKey):
            reader_key.unlock(broken, "café bij de brug")


def test_a_signature_counts_for_its_statement_and_key_only() -> None:
    signature = READER.sign(b"in")

    assert reader_key.is_signed(READER.public, b"in", signature)
    assert not reader_key.is_signed(READER.public, b"out", signature)
    assert not reader_key.is_signed(OTHER.public, b"in", signature)
    assert not reader_key.is_signed(READER.public, b"in", b"")


def test_the_code_of_the_sheet_opens_its_lock_and_no_other_does() -> None:
    locked = reader_key.lock_with_code(READER.seed, b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    assert reader_key.unlock_with_code(locked, b"0123456789ABCDEFGHJKMNPQRSTVWXYZ") == READER
    for lock, code in ((locked, b"0" * 32), (locked[:-1], b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")):
        with pytest.raises(WrongKey):
            reader_key.unlock_with_code(lock, code)


def test_a_guess_at_a_passphrase_costs_three_rounds_over_128_megabytes() -> None:
    cost = reader_key.Cost()

    assert (cost.rounds, cost.memory) == (3, 2**27)
