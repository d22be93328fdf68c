"""A file sealed to a key opens with that key, whole and unaltered, and in no other way."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from monitor.errors import InputRefused
from monitor.store import sealed_file
from monitor.store.sealed_file import MAGIC, PART

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
SIZES = (0, 1, PART - 1, PART, PART + 1, 2 * PART + 7)


def sealed(content: bytes, public: bytes) -> bytes:
    """The content, sealed."""
    target = BytesIO()
    sealed_file.seal(BytesIO(content), target, public)
    return target.getvalue()


def opened(content: bytes, key: str) -> bytes:
    """What is sealed in `content`."""
    target = BytesIO()
    sealed_file.unseal(BytesIO(content), target, key)
    return target.getvalue()


def test_what_was_sealed_comes_out_whatever_its_size() -> None:
    key, public = sealed_file.new_key()
    for size in SIZES:
        content = bytes(range(256)) * (size // 256) + bytes(size % 256)
        assert opened(sealed(content, public), key) == content


def test_nothing_of_it_can_be_read_and_no_two_are_alike() -> None:
    _, public = sealed_file.new_key()
    content = b"sanne@waterrijk.example " * 100

    first, second = sealed(content, public), sealed(content, public)

    assert b"waterrijk" not in first
    assert first.startswith(MAGIC)
    assert first[len(MAGIC) :][:64] != second[len(MAGIC) :][:64]


def test_another_key_opens_nothing() -> None:
    _, public = sealed_file.new_key()
    other, _ = sealed_file.new_key()

    with pytest.raises(InputRefused, match=r"backup\.unreadable"):
        opened(sealed(b"counts", public), other)


def test_a_file_that_was_altered_cut_off_or_lengthened_does_not_open() -> None:
    key, public = sealed_file.new_key()
    whole = sealed(bytes(2 * PART), public)
    for place in (len(MAGIC) + 3, len(MAGIC) + 90, len(whole) - 1):
        altered = bytearray(whole)
        altered[place] ^= 1
        with pytest.raises(InputRefused):
            opened(bytes(altered), key)
    first_part = len(MAGIC) + sealed_file.SEALED_KEY + sealed_file.HEADER + PART + 17
    for other in (whole[:-1], whole[:first_part], whole[: len(MAGIC) + 9], whole + b"x"):
        with pytest.raises(InputRefused):
            opened(other, key)


def test_a_key_is_read_back_however_it_was_written_down() -> None:
    key, public = sealed_file.new_key()
    for written in (key, key.upper(), f"  {key}\n", key.replace("-", " "), key.replace("-", "")):
        assert sealed_file.public_of(written) == public
    others = [key[:-1] + letter for letter in BASE32 if letter != key[-1]]
    for wrong in ("", "tkr1", key[:-1], "x" * 60, *others):
        with pytest.raises(InputRefused, match=r"backup\.key\.wrong"):
            sealed_file.public_of(wrong)


def test_a_sealed_file_is_told_from_another(tmp_path: Path) -> None:
    _, public = sealed_file.new_key()
    (tmp_path / "a").write_bytes(sealed(b"x", public))
    (tmp_path / "b").write_bytes(b"SQLite format 3\0")

    assert sealed_file.is_sealed(tmp_path / "a")
    assert not sealed_file.is_sealed(tmp_path / "b")
