"""What a close counts, as it is written down beside the round's key."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import StoreFailing
from monitor.pulse.ballot import close_commitment, envelope
from monitor.pulse.ballot.envelope import AnswerSheet, RoundKey
from monitor.store.key_folder import KeyFolder

KEY = RoundKey(bytes(range(32)), bytes(range(32, 64)))
RULES = ("2026-11", 5, [[0, 1], [2]])
SHEETS = [AnswerSheet(1, (4, 2, 0)), AnswerSheet(1, (4, 2, 1)), AnswerSheet(2, (5, 5, 5), 1)]
CODE = close_commitment.code_of(KEY, RULES, SHEETS)
NAME = close_commitment.file_name(KEY.public)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    """A key folder with nothing in it."""
    return KeyFolder(tmp_path / "keys")


def test_the_code_is_over_the_sheets_whatever_their_order_and_over_the_rules() -> None:
    other_key = RoundKey(KEY.private, bytes(32))
    others = [
        close_commitment.code_of(other_key, RULES, SHEETS),
        close_commitment.code_of(KEY, ("2026-11", 6, [[0, 1], [2]]), SHEETS),
        close_commitment.code_of(KEY, RULES, SHEETS[:2]),
        close_commitment.code_of(KEY, RULES, [*SHEETS, SHEETS[0]]),
        close_commitment.code_of(KEY, RULES, [*SHEETS[:2], AnswerSheet(2, (5, 5, 5), 0)]),
        close_commitment.code_of(KEY, RULES, [*SHEETS[:2], AnswerSheet(3, (5, 5, 5), 1)]),
        close_commitment.code_of(KEY, RULES, [*SHEETS[:2], AnswerSheet(2, (5, 5, 4), 1)]),
    ]

    assert close_commitment.code_of(KEY, RULES, SHEETS[::-1]) == CODE
    assert len(CODE) == close_commitment.CODE_BYTES
    assert len({CODE, *others}) == 1 + len(others)


def test_the_first_try_writes_it_down_and_a_later_one_counts_the_same_or_nothing(
    keys: KeyFolder,
) -> None:
    assert close_commitment.is_first_or_same(keys, KEY, CODE)
    assert keys.read(NAME) == CODE
    assert close_commitment.is_first_or_same(keys, KEY, CODE)
    assert not close_commitment.is_first_or_same(keys, KEY, bytes(32))
    assert keys.read(NAME) == CODE


@pytest.mark.parametrize("left", [b"", CODE[:-1]])
def test_a_try_that_ended_while_it_wrote_had_stored_nothing(keys: KeyFolder, left: bytes) -> None:
    keys.write(NAME, left)

    assert close_commitment.is_first_or_same(keys, KEY, CODE)
    assert keys.read(NAME) == CODE


def test_a_code_that_cannot_be_read_now_is_not_taken_for_none(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.write(NAME, bytes(32))
    with monkeypatch.context() as patch:
        patch.setattr(KeyFolder, "read", lambda *_: None)
        with pytest.raises(StoreFailing):
            close_commitment.is_first_or_same(keys, KEY, CODE)

    assert keys.read(NAME) == bytes(32)


def test_what_cannot_be_written_down_is_not_counted(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(KeyFolder, "write", full)
    with pytest.raises(StoreFailing):
        close_commitment.is_first_or_same(keys, KEY, CODE)


def test_the_file_lies_beside_the_key() -> None:
    assert NAME.startswith("closing-")
    assert close_commitment.key_beside(NAME) == envelope.key_name(KEY.public)
    assert close_commitment.key_beside("shred-closing-1") == "shred-closing-1"
