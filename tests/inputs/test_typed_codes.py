"""Codes that people copy from paper: three kinds, read in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.access import recovery
from monitor.inputs.typed_codes import (
    ALPHABET,
    cleaned,
    decode,
    encode,
    grouped,
    has_only_symbols,
    random_code,
)
from monitor.klaagmuur import receipts
from monitor.pulse.invitations import codes


@given(st.integers(0, 2**100 - 1))
def test_a_number_is_read_back(number: int) -> None:
    code = encode(number, 20)

    assert len(code) == 20
    assert has_only_symbols(code)
    assert decode(code) == number


def test_only_the_lowest_bits_count() -> None:
    assert encode(32 + 7, 1) == "7"


@pytest.mark.parametrize("symbol", ["I", "L", "O", "U", "a", "-"])
def test_what_is_no_symbol_has_no_number(symbol: str) -> None:
    assert not has_only_symbols(symbol)
    with pytest.raises(ValueError, match="substring not found"):
        decode(symbol)


def test_codes_are_shown_in_groups_of_four() -> None:
    assert grouped("0123456789AB") == "0123-4567-89AB"
    assert grouped("012345") == "0123-45"


@pytest.mark.parametrize(
    "typed",
    [
        "0123-4567-89AB",
        "  oi23 4567 89ab\r\n",
        "0L23\u20114567\u201389AB",
        "0123.4567\u00a089AB",
        "0123\u20094567\t89ab",
        "0123\u20104567\u201589AB",
        "0123\u22124567\ufe6389AB",
        "\ufeff0123\u200b4567\u206089\u00adAB",
        "0123_4567/89AB.",
        "<0123-4567-89AB>",
        "\u201c0123-4567-89AB\u201d,",
        "\uff10\uff11\uff12\uff13-4567-89AB",
        "https://klimaat.stad.example/pulse/0123-4567-89AB",
        "https://klimaat.stad.example/pulse/0123-4567-89AB.",
        "http://localhost:8501/pulse/0123%E2%80%914567-89ab?taal=en",
        "Jouw link: https://klimaat.stad.example/pulse/0123-4567-89AB/ (tot vrijdag)",
        "klimaat.stad.example/pulse/0123-4567-89AB",
        "<https://klimaat.stad.example/pulse/0123-4567-89AB#begin>",
    ],
)
def test_dashes_dots_spaces_case_and_look_alikes_do_not_matter(typed: str) -> None:
    assert cleaned(typed) == "0123456789AB"


def test_of_a_very_long_text_only_the_beginning_is_read() -> None:
    assert len(cleaned("0" * 10_000)) == 300


@pytest.mark.parametrize("alphabet", [ALPHABET, recovery.ALPHABET])
def test_a_random_code_is_read_as_it_is(alphabet: str) -> None:
    code = random_code(32, alphabet)

    assert set(code) <= set(alphabet)
    assert cleaned(grouped(code).lower()) == code


def test_codes_that_were_handed_out_stay_what_they_are() -> None:
    assert codes.code_of("2026-11", bytes(range(10))) == "DT000G40R40M30E2094Z"
    assert receipts.from_material(bytes(range(32))) == "ZG7T1EC3T86GHBR2N056"


def test_part_of_a_code_that_is_no_plain_text_is_not_the_part() -> None:
    assert not receipts.same_group("0123456789AB", 1, "é123")
