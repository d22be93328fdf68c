"""Sealed vents, notes and tokens: known answers, and nothing opens that should not."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.klaagmuur import envelope, reader_key
from monitor.klaagmuur.content import LONGEST, Author, Note, Theme, Vent, tidy
from monitor.klaagmuur.envelope import Damaged
from monitor.klaagmuur.reader_key import ReaderKey

READER = ReaderKey(bytes(range(32)))
OTHER = ReaderKey(bytes(range(1, 33)))
SHRED = bytes(range(64, 96))
RECEIPT = envelope.receipt_of(b"0123456789ABCDEFGHJK")
texts = st.text(max_size=LONGEST).map(tidy)


def sealed(page: bytes = b"page") -> bytes:
    return envelope.seal_vent(page, RECEIPT, READER.public, SHRED)


def test_known_answers_do_not_change() -> None:
    # Computed once with this code and libsodium 1.0.20; a change here makes old vents unreadable.
    assert RECEIPT.id.hex() == "331a4724515b9f9b664234ecd6906d7b"
    assert RECEIPT.key.hex() == "10eaf4bcfeeb391eb2a2006026879074c19327a3a27e41f1add0052e294c022b"
    assert READER.public.hex() == (
        "f4c0139bbb339658edb41340efc9476d4dda64a5f5d7f1204bb65ff8d09eee70d4c5c1f7ff68b4ba"
        "36791a182645ef3c3205d7d94c6ae998fe5eb7ae49105a0c"
    )
    assert reader_key.fingerprint(READER.public) == "29863 24728 28404 57013 35625 77612"
    assert (
        envelope.material(b"s" * 32, "a", "bc").hex()
        == "020c31b381b1414a7d1c4e28a8a7d2077e4332c5174e521eeee8a1871f9f835c"
    )


def test_a_token_of_the_first_version_still_opens() -> None:
    token = bytes.fromhex(
        "40cd159f65626c4e60a7c5f3443208346495aedea140bd547e5fdbb86929cc34e370727d4d27a938"
        "a6a8f511309dc52a70ec920b1aa35d81cf6c0434d84e91a9041ced2854f24a8b53ffbd9446b8f5a7"
    )

    assert envelope.open_token(token, READER) == ("pressure", bytes(16))


@given(texts)
@settings(max_examples=40)
def test_reader_and_sender_read_the_same_text(text: str) -> None:
    box = sealed(Vent(text=text).to_page())

    as_reader = envelope.open_as_reader(box, RECEIPT.id, READER, SHRED)
    as_sender = envelope.open_as_sender(box, RECEIPT, SHRED)

    assert as_reader == as_sender
    assert Vent.from_page(as_reader.page) == Vent(text=text)
    assert len(box) == envelope.VENT_BYTES


@pytest.mark.parametrize("text", ["", "\0" * LONGEST, "😀" * LONGEST, "é\u0301" * 1000, '"\\\n'])
def test_every_text_has_one_size(text: str) -> None:
    note = Note(3, Author.LUISTERAAR, date(2026, 11, 3), text, "w" * 22)

    assert len(sealed(Vent(text=text).to_page())) == envelope.VENT_BYTES
    boxed = envelope.seal_note(note.to_page(), RECEIPT.id, bytes(32), SHRED)
    assert len(boxed) == envelope.NOTE_BYTES
    assert Note.from_page(envelope.open_note(boxed, RECEIPT.id, bytes(32), SHRED)) == note


@given(st.integers(0, envelope.VENT_BYTES * 8 - 1))
@settings(max_examples=60)
def test_one_changed_bit_is_noticed(bit: int) -> None:
    box = bytearray(sealed())
    box[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Damaged):
        envelope.open_as_reader(bytes(box), RECEIPT.id, READER, SHRED)
    with pytest.raises(Damaged):
        envelope.open_as_sender(bytes(box), RECEIPT, SHRED)


@pytest.mark.parametrize("length", [0, 1, 40, 200, envelope.VENT_BYTES - 1])
def test_a_cut_vent_is_refused(length: int) -> None:
    with pytest.raises(Damaged):
        envelope.open_as_reader(sealed()[:length], RECEIPT.id, READER, SHRED)


def test_only_the_right_keys_open() -> None:
    box = sealed()
    with pytest.raises(Damaged):
        envelope.open_as_reader(box, RECEIPT.id, OTHER, SHRED)
    with pytest.raises(Damaged):
        envelope.open_as_reader(box, RECEIPT.id, READER, bytes(32))
    with pytest.raises(Damaged):
        envelope.open_as_sender(box, envelope.receipt_of(b"0" * 20), SHRED)


def test_a_vent_in_the_place_of_another_is_noticed() -> None:
    with pytest.raises(Damaged):
        envelope.open_as_reader(sealed(), bytes(16), READER, SHRED)
    key = envelope.open_as_reader(sealed(), RECEIPT.id, READER, SHRED).key
    note = envelope.seal_note(b"n", RECEIPT.id, key, SHRED)
    with pytest.raises(Damaged):
        envelope.open_note(note, bytes(16), key, SHRED)


def page_of(header: object, text: bytes = b"") -> bytes:
    encoded = json.dumps(header).encode()
    return struct.pack(">HH", len(encoded), len(text)) + encoded + text


VENT = {"i": "say", "t": "", "f": "", "h": True}
NOTE = {"p": 0, "b": "sender", "d": "2026-11-03", "w": ""}


def test_a_page_is_two_lengths_a_header_and_the_text() -> None:
    assert Vent.from_page(page_of(VENT, b"dag")) == Vent(text="dag", handover=True)
    earlier = page_of({name: NOTE[name] for name in "pbd"}, b"dag")  # from when it named nobody
    assert Note.from_page(earlier) == Note(0, Author.SENDER, date(2026, 11, 3), "dag")


@pytest.mark.parametrize(
    "change",
    [{"i": "shout"}, {"t": "weather"}, {"f": "fine"}, {"i": ["say"]}, {"t": ["pressure"]}],
    ids=str,
)
def test_a_page_that_is_no_vent_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Damaged):
        Vent.from_page(page_of(VENT | change))


@pytest.mark.parametrize(
    "change", [{"p": "first"}, {"p": None}, {"b": "somebody"}, {"d": "today"}, {"d": 3}], ids=str
)
def test_a_page_that_is_no_note_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Damaged):
        Note.from_page(page_of(NOTE | change))


@pytest.mark.parametrize("read", [Vent.from_page, Note.from_page])
@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"abc",
        page_of({}),
        page_of([]),
        page_of(VENT | NOTE)[:-1],
        page_of(VENT | NOTE, b"dag")[:-1],
        struct.pack(">HH", 2, 1) + b"{}",
        struct.pack(">HH", 1, 0) + b"{",
        page_of(VENT | NOTE, b"\xff"),
        page_of(VENT | NOTE).ljust(envelope.PAGE_BYTES + 1, b"\0"),
    ],
)
def test_what_is_no_page_is_refused(read: Callable[[bytes], object], page: bytes) -> None:
    with pytest.raises(Damaged):
        read(page)


@pytest.mark.parametrize("read", [Vent.from_page, Note.from_page])
def test_a_page_may_be_filled_up_to_its_size(read: Callable[[bytes], object]) -> None:
    assert read(page_of(VENT | NOTE).ljust(envelope.PAGE_BYTES, b"\0"))


def test_what_does_not_fit_is_not_sealed() -> None:
    sealed(b"p" * envelope.PAGE_BYTES)
    with pytest.raises(ValueError, match="too large"):
        sealed(b"p" * (envelope.PAGE_BYTES + 1))
    code = bytes(envelope.TOKEN_BYTES - envelope.WORD_BYTES)
    longest = "w" * envelope.WORD_BYTES
    assert envelope.open_token(envelope.seal_token(longest, READER.public, code), READER) == (
        longest,
        code,
    )
    for word, of in ((longest + "w", code), ("w", code[1:]), ("w", code + b"c")):
        with pytest.raises(ValueError, match="not a token"):
            envelope.seal_token(word, READER.public, of)


def test_a_handed_over_vent_opens_for_the_new_reader_and_the_sender() -> None:
    box = envelope.hand_over(sealed(b"page"), RECEIPT.id, READER, OTHER.public, SHRED)

    assert envelope.open_as_reader(box, RECEIPT.id, OTHER, SHRED).page.rstrip(b"\0") == b"page"
    assert envelope.open_as_sender(box, RECEIPT, SHRED).page.rstrip(b"\0") == b"page"
    with pytest.raises(Damaged):
        envelope.open_as_reader(box, RECEIPT.id, READER, SHRED)


def test_the_same_vent_never_looks_the_same_twice() -> None:
    assert sealed() != sealed()


def test_tokens_have_one_size_whatever_they_say() -> None:
    words, code = ("", *(theme.value for theme in Theme)), b"c" * 16
    tokens = [envelope.seal_token(word, READER.public, code) for word in words]

    assert len({len(token) for token in tokens}) == 1
    assert [envelope.open_token(token, READER) for token in tokens] == [(w, code) for w in words]
    with pytest.raises(Damaged):
        envelope.open_token(tokens[0], OTHER)


def test_keys_stay_out_of_what_is_printed() -> None:
    opened = envelope.open_as_reader(sealed(b"hear-me"), RECEIPT.id, READER, SHRED)

    printed = f"{READER!r} {RECEIPT!r} {opened!r} {Vent(text='hear-me')!r}"
    assert "hear-me" not in printed
    assert repr(READER.seed) not in printed
    assert repr(RECEIPT.key) not in printed


def test_neither_a_receipt_nor_an_opened_vent_shows_its_key_or_its_words() -> None:
    opened = envelope.open_as_reader(sealed(b"words"), RECEIPT.id, READER, SHRED)

    assert repr(RECEIPT.key) not in repr(RECEIPT)
    assert repr(opened.key) not in repr(opened)
    assert "words" not in repr(opened)
