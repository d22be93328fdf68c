"""The check for client data, measured on a labelled list of Dutch sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.inputs.client_data import Kind, find, pieces

LIST = Path(__file__).with_name("sentences.txt")
TODAY = date(2026, 11, 3)


@dataclass(frozen=True)
class Labelled:
    """A sentence, and the data in it."""

    text: str
    kind: Kind | None
    start: int
    end: int


def labelled() -> Iterator[Labelled]:
    for line in LIST.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, _, marked = line.partition("\t")
        if kind == "clean":
            yield Labelled(marked, None, 0, 0)
            continue
        before, data, after = re.split(r"\[\[|\]\]", marked)
        start = len(before)
        yield Labelled(before + data + after, Kind(kind), start, start + len(data))


def is_found(sentence: Labelled) -> bool:
    return any(
        mark.kind is sentence.kind and mark.start <= sentence.start and mark.end >= sentence.end
        for mark in find(sentence.text, TODAY)
    )


def test_the_list_is_long_enough_and_half_of_it_is_clean() -> None:
    sentences = list(labelled())
    clean = [each for each in sentences if each.kind is None]

    assert len(sentences) >= 200
    assert len(clean) >= 100
    assert {each.kind for each in sentences} == {None, *Kind}
    assert len({each.text for each in sentences}) == len(sentences)


def test_nearly_every_identifier_is_found() -> None:
    with_data = [each for each in labelled() if each.kind is not None]
    marked = [each for each in with_data if is_found(each)]

    assert len(marked) / len(with_data) >= 0.95


@pytest.mark.parametrize("kind", list(Kind))
def test_no_kind_is_weak(kind: Kind) -> None:
    of_kind = [each for each in labelled() if each.kind is kind]

    assert sum(map(is_found, of_kind)) / len(of_kind) >= 0.9


def test_clean_sentences_are_left_alone() -> None:
    clean = [each for each in labelled() if each.kind is None]
    marked = [each.text for each in clean if find(each.text, TODAY)]

    assert len(marked) / len(clean) <= 0.05


def test_about_nine_in_a_hundred_numbers_look_like_a_bsn_by_chance() -> None:
    numbers = [str(100_000_007 + 812_347 * step) for step in range(1000)]

    hits = sum(any(mark.kind is Kind.BSN for mark in find(n, TODAY)) for n in numbers)

    assert 60 <= hits <= 120


def test_marks_stand_in_order_and_do_not_overlap() -> None:
    text = "mevrouw Bakker, Dorpsstraat 12, 1234 AB, j.bakker@voorbeeld.nl, 0612345678, 111222333"
    marks = find(text, TODAY)

    assert [mark.kind for mark in marks] == [
        Kind.NAME,
        Kind.ADDRESS,
        Kind.EMAIL,
        Kind.PHONE,
        Kind.BSN,
    ]
    assert all(mark.end <= after.start for mark, after in pairwise(marks))


def test_of_two_that_overlap_the_longer_counts_also_where_it_begins_later() -> None:
    text = "dhr. Jo Dorpsstraat nummer 12"

    assert [(text[m.start : m.end], m.kind) for m in find(text, TODAY)] == [
        ("Dorpsstraat nummer 12", Kind.ADDRESS)
    ]


def test_the_pieces_of_a_text_are_its_marks_and_what_stands_between_them() -> None:
    text = "j.bakker@voorbeeld.nl belde 0612345678, en 111222333"

    assert list(pieces(text, find(text, TODAY))) == [
        ("j.bakker@voorbeeld.nl", Kind.EMAIL),
        (" belde ", None),
        ("0612345678", Kind.PHONE),
        (", en ", None),
        ("111222333", Kind.BSN),
    ]


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "😀" * 2000, "9" * 2000, "a@" * 1000, "NL91" * 500]
)
def test_odd_texts_are_no_trouble(text: str) -> None:
    assert "".join(piece for piece, _ in pieces(text, find(text, TODAY))) == text


@pytest.mark.parametrize(
    "number",
    [
        "bsn111222333",
        "BSN111222333",
        "bsn-nummer111222333",
        "bsn 111 222 333",
        "bsn 111\u00a0222\u00a0333",
        "bsn 111\u202f222\u2009333",
        "bsn 111\u2011222\u2011333",
        "bsn 111\u2013222\u2013333",
        "bsn 111 \u2013 222 \u2013 333",
        "bsn 111\u2212222\u2212333",
        "bsn\t111\t222\t333",
        "bsn  111  222  333",
        "bsn 111\u200b222\u200b333",
        "bsn 1112\u00ad22333",
        "bsn \uff11\uff11\uff11\uff12\uff12\uff12\uff13\uff13\uff13",
    ],
)
def test_blanks_and_dashes_of_any_kind_hide_no_number(number: str) -> None:
    text = f"Het ging om {number}, zei ze."

    (mark,) = find(text, TODAY)

    assert mark.kind is Kind.BSN
    start = text.index(number) + next(at for at, sign in enumerate(number) if sign.isdigit())
    assert (mark.start, mark.end) == (start, text.index(","))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mevrouw\u00a0Jansen belde", Kind.NAME),
        ("Mevrouw  Jansen belde", Kind.NAME),
        ("Mevrouw\u2002M\u200bu\u0308ller belde", Kind.NAME),
        ("mail noor\u200b@stad.example eens", Kind.EMAIL),
        ("tel 06\u201112\u00a034\u00a056\u00a078", Kind.PHONE),
        ("tel 06 \u2013 12  34  56  78", Kind.PHONE),
        ("NL91\u00a0ABNA\u00a00417\u00a01643\u00a000 dus", Kind.IBAN),
        ("1234\u00a0AB\u00a012 dus", Kind.ADDRESS),
        ("Dorpsstraat\u00a0\u00a012 dus", Kind.ADDRESS),
        ("op 12\u20113\u20111980 dus", Kind.BORN),
        ("op 12\u00a0maart\u00a01980 dus", Kind.BORN),
    ],
)
def test_every_kind_is_found_behind_odd_signs(text: str, kind: Kind) -> None:
    assert [mark.kind for mark in find(text, TODAY)] == [kind]


@pytest.mark.parametrize("text", ["kenmerk: abc111222333", "order 1112223334", "x111222333y"])
def test_a_number_within_another_word_is_left_alone(text: str) -> None:
    assert find(text, TODAY) == ()


def kinds(text: str) -> list[Kind]:
    """The kinds of data found in a text."""
    return [mark.kind for mark in find(text, TODAY)]


@pytest.mark.parametrize(
    ("year", "is_marked"),
    [("2012", True), ("2013", False), ("1900", True), ("12", True), ("13", False), ("26", False),
     ("27", True), ("'12", True)],
)  # fmt: skip
def test_a_full_date_counts_from_fourteen_years_ago(year: str, is_marked: bool) -> None:
    assert kinds(f"Het was op 3-4-{year} zo.") == ([Kind.BORN] if is_marked else [])


@pytest.mark.parametrize(("day", "is_marked"), [(0, False), (1, True), (31, True), (32, False)])
def test_a_date_has_a_day_of_the_month(day: int, is_marked: bool) -> None:
    assert kinds(f"Het was op {day}-4-1980 zo.") == ([Kind.BORN] if is_marked else [])


@pytest.mark.parametrize(("between", "is_marked"), [(0, True), (24, True), (25, False)])
def test_a_word_about_birth_counts_within_thirty_letters(between: int, is_marked: bool) -> None:
    before = "geb. " + "x" * between + " "
    assert len(before) - 30 == between - 24
    assert kinds(f"{before}3-4-2020 zo.") == ([Kind.BORN] if is_marked else [])


@pytest.mark.parametrize(
    ("number", "end"),
    # The shortest there is (Norway, 15), one that runs on into words, and one that its own country
    # would not give out.
    [
        ("NO9386011117947", 15),
        ("NL91ABNA0417164300 en dan nog wat", 18),
        ("BE41539007547035", 16),
    ],
)
def test_an_account_number_is_marked_up_to_its_end(number: str, end: int) -> None:
    (mark,) = find(number, TODAY)
    assert (mark.start, mark.end, mark.kind) == (0, end, Kind.IBAN)
