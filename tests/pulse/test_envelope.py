"""Envelopes: one size, opened by the round's key alone, and any change is noticed."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PublicKey, SealedBox

from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import AnswerSheet, DamagedEnvelope, EnvelopeOpener, RoundKey
from monitor.store import migrate

answers = st.lists(st.integers(0, 5), max_size=envelope.MOST_QUESTIONS).map(tuple)
sheets = st.builds(
    AnswerSheet, st.integers(0, 2**32 - 1), answers, st.integers(0, envelope.MOST_REPLACEMENTS)
)
KEY = envelope.new_round_key()
OLD_KEY = RoundKey(bytes(range(1, 33)), bytes(range(101, 133)))
SEALED = {
    1: "e697efaae234d97950138a4dabda2ed80633307e3f2f08704185a4b7b54c1474fdf262d3d4a55a4c"
    "c4a3ffdb0da528250efb7fbafe8232e2bafc8b3ebc05ac2544f5f18d730af71d2ad623846e7a34d8"
    "2efba591c7fca34c29dad71a743c3e2cb83002d00078a1194f4f5197e6b4a46f",
    2: "d880db5e66ff8c456090dd96d9f1310d6d51e6c9d2cc9dc5ff14c24cc7a0694120c4d49a98a69fa0"
    "3efba44694ce2e1d1a22cbddd210eab8e0448918f1dac104ae02864eb54a0481b700ee5faa305b6e"
    "eb011c9295357b00397ad3287783bd57ad9c3f2d884b4ef230419ba7bb2d3a65",
}
"""A sheet as a program of each format sealed it to `OLD_KEY`; never made anew."""
OLD_SHEETS = {
    1: AnswerSheet(7, (1, 2, 3, 4, 5, 0, 5, 4, 3)),
    2: AnswerSheet(7, (1, 2, 3, 4, 5, 0, 5, 4, 3), 2),
}


def sealed(sheet: AnswerSheet) -> bytes:
    return envelope.seal_answer_sheet(KEY.public, KEY.code_key, sheet)


@pytest.mark.slow
@given(sheets)
def test_an_envelope_opens_to_the_sheet_that_went_in(sheet: AnswerSheet) -> None:
    assert EnvelopeOpener.of(KEY).open(sealed(sheet)) == sheet


@pytest.mark.slow
@given(sheets)
def test_all_envelopes_have_one_size(sheet: AnswerSheet) -> None:
    assert len(sealed(sheet)) == envelope.ENVELOPE_BYTES


def test_the_same_sheet_twice_gives_two_envelopes_without_a_byte_in_common_position() -> None:
    sheet = AnswerSheet(3, (1, 2, 3))
    first, second = (sealed(sheet) for _ in range(2))

    assert sum(a == b for a, b in zip(first, second, strict=True)) < 12


@pytest.mark.slow
@given(sheets, st.integers(0, envelope.ENVELOPE_BYTES * 8 - 1))
def test_a_flipped_bit_is_noticed(sheet: AnswerSheet, bit: int) -> None:
    changed = bytearray(sealed(sheet))
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(DamagedEnvelope):
        EnvelopeOpener.of(KEY).open(bytes(changed))


@given(st.binary(max_size=200))
def test_anything_else_is_refused(junk: bytes) -> None:
    with pytest.raises(DamagedEnvelope):
        EnvelopeOpener.of(KEY).open(junk)


def content(form: int, count: int, answer: int, mac: bool = True) -> bytes:
    """What is sealed: a sheet of three answers that says it has so many."""
    sheet = struct.pack(">BIBH", form, 7, count, 1) + bytes([4, 4, answer])
    padded = sheet.ljust(envelope.SHEET_BYTES, b"\0")
    return padded + (envelope._mac(KEY.code_key, padded) if mac else bytes(16))


@pytest.mark.parametrize(
    "sealed_content",
    [
        b"",
        content(2, 3, 5)[:-1],
        content(2, 3, 5) + b"\0",
        content(2, 3, 5, mac=False),
        content(0, 3, 5),
        content(3, 3, 5),
        content(2, 41, 5),
        content(2, 3, 6),
    ],
    # The key is another one in every process, and all must give a test the same name.
    ids=["empty", "short", "long", "no code", "format 0", "format 3", "too many", "no answer"],
)
def test_what_is_no_sheet_is_refused_however_well_it_is_sealed(sealed_content: bytes) -> None:
    box = SealedBox(PublicKey(KEY.public))
    opener = EnvelopeOpener.of(KEY)

    for read in (opener.open, opener.open_of_any_format):
        with pytest.raises(DamagedEnvelope):
            read(box.encrypt(sealed_content))
    assert not opener.opens(box.encrypt(sealed_content))
    assert opener.open(box.encrypt(content(2, 40, 5))).answers[:4] == (4, 4, 5, 0)


def test_another_rounds_key_opens_nothing() -> None:
    foreign = sealed(AnswerSheet(0, (1,)))

    with pytest.raises(DamagedEnvelope):
        EnvelopeOpener.of(envelope.new_round_key()).open(foreign)


def test_an_envelope_made_without_the_rounds_secret_is_refused() -> None:
    forged = envelope.seal_answer_sheet(KEY.public, b"x" * 32, AnswerSheet(0, (1,)))

    with pytest.raises(DamagedEnvelope):
        EnvelopeOpener.of(KEY).open(forged)


@pytest.mark.parametrize("form", SEALED)
def test_a_sheet_of_every_format_there_ever_was_is_read(form: int) -> None:
    opener = EnvelopeOpener.of(OLD_KEY)
    assert opener.open_of_any_format(bytes.fromhex(SEALED[form])) == OLD_SHEETS[form]


def test_every_format_has_a_reader_and_a_sealed_sheet_and_is_known_to_the_store() -> None:
    assert set(envelope.READERS) == set(SEALED) == migrate.READABLE_FORMATS
    assert set(migrate.SHEET_FORMATS.values()) == set(SEALED)
    assert max(migrate.SHEET_FORMATS.items())[1] == envelope.FORMAT


def test_a_format_that_anybody_can_forge_does_not_count() -> None:
    with pytest.raises(DamagedEnvelope):
        EnvelopeOpener.of(OLD_KEY).open(bytes.fromhex(SEALED[1]))
    assert EnvelopeOpener.of(OLD_KEY).open(bytes.fromhex(SEALED[2])) == OLD_SHEETS[2]


@pytest.mark.parametrize("wrong", [(6,), (-1,), (1,) * 41])
def test_what_is_not_a_sheet_is_not_sealed(wrong: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not an answer sheet"):
        sealed(AnswerSheet(0, wrong))


def test_a_key_survives_being_written_and_read() -> None:
    assert RoundKey.from_bytes(KEY.to_bytes()) == KEY


@pytest.mark.parametrize("content", [b"", b"x" * 63, b"\0" * 64, b"x" * 65])
def test_a_damaged_key_file_is_no_key(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a round key"):
        RoundKey.from_bytes(content)


def test_a_key_is_not_in_its_own_repr() -> None:
    assert KEY.private.hex()[:8] not in repr(KEY)
    assert repr(KEY.private) not in repr(KEY)


def test_known_answers_do_not_change() -> None:
    """Computed once: a change here leaves files of rounds unfound and mailed links unread."""
    key, code = b"k" * 32, "0123456789ABCDEFGHJK"

    assert envelope.key_name(bytes(range(32))) == "round-630dcd2966c4336691125448bbb25b4f"
    assert envelope.mailed_bits(key, "wmo", 2, "a@b.nl").hex() == "0f93069d1d9f569be29e"
    assert envelope.message_mark(key, "invitation", code) == "df703137ab936a89675dae0552f16efb"
    assert envelope.fingerprint(key, code).hex() == (
        "262856d8f6ee4c0e6056e0765e40013a94cab016add4187a018e0b21e9b93f41"
    )


def test_a_fingerprint_depends_on_the_key_and_the_code() -> None:
    other = envelope.new_round_key()
    fingerprints = {
        envelope.fingerprint(KEY.code_key, "A"),
        envelope.fingerprint(KEY.code_key, "B"),
        envelope.fingerprint(other.code_key, "A"),
    }

    assert len(fingerprints) == 3
    assert envelope.fingerprint(KEY.code_key, "A") in fingerprints


def test_a_sealed_answer_that_is_none_is_damage() -> None:
    content = bytearray(envelope.SHEET_BYTES)
    head = envelope._HEAD.pack(envelope.FORMAT, 0, 1, 0)
    content[: len(head)] = head
    for answer, opens in ((5, True), (6, False)):
        content[len(head)] = answer
        mac = envelope._mac(KEY.code_key, bytes(content))
        forged = SealedBox(PublicKey(KEY.public)).encrypt(bytes(content) + mac)
        assert EnvelopeOpener.of(KEY).opens(forged) is opens


def test_a_sheet_of_a_format_without_replacements_has_none() -> None:
    opener = EnvelopeOpener.of(OLD_KEY)
    assert opener.open_of_any_format(bytes.fromhex(SEALED[1])).replacements == 0


def test_an_opener_does_not_show_its_key() -> None:
    assert repr(KEY.code_key) not in repr(EnvelopeOpener.of(KEY))
