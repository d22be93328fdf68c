"""Codes: readable as typed, and every slip in one or two symbols is caught."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import CodeMalformed
from monitor.inputs.typed_codes import ALPHABET
from monitor.pulse.invitations import codes

periods = st.builds(lambda y, m: f"{y}-{m:02d}", st.integers(1990, 2074), st.integers(1, 12))


@pytest.mark.slow
@given(periods)
def test_a_code_is_read_back_as_shown_and_knows_its_period(period: str) -> None:
    code = codes.new_code(period)

    read = codes.parse(codes.show(code))

    assert (read.text, read.period) == (code, period)


@pytest.mark.slow
@given(periods)
def test_a_code_forgives_case_dashes_spaces_and_look_alikes(period: str) -> None:
    code = codes.new_code(period)
    typed = codes.show(code).lower().replace("0", "o").replace("1", "l").replace("-", " ")

    assert codes.parse(f"  {typed} ").text == code


@pytest.mark.slow
@given(periods, st.integers(0, codes.LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_single_wrong_symbol_is_noticed(period: str, place: int, symbol: str) -> None:
    code = codes.new_code(period)
    if code[place] == symbol:
        return

    with pytest.raises(CodeMalformed):
        codes.parse(code[:place] + symbol + code[place + 1 :])


@pytest.mark.slow
@given(periods, st.integers(0, codes.LENGTH - 4))
def test_any_swap_of_neighbours_is_noticed(period: str, place: int) -> None:
    code = codes.new_code(period)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped == code:
        return

    with pytest.raises(CodeMalformed):
        codes.parse(swapped)


@given(st.text(max_size=60))
def test_anything_typed_gives_a_code_or_a_named_refusal(typed: str) -> None:
    try:
        code = codes.parse(typed)
    except CodeMalformed as refusal:
        key = refusal.key
    else:
        key = "" if codes.parse(code.text) == code else "unstable"

    assert key in ("", "code.length", "code.symbols", "code.typo")


def test_a_code_is_not_in_its_own_repr() -> None:
    code = codes.parse(codes.new_code("2026-11"))

    assert code.text not in repr(code)


def test_sixteen_symbols_are_random() -> None:
    bodies = {codes.new_code("2026-11")[2:-2] for _ in range(500)}

    assert len(bodies) == 500
    assert {len(body) for body in bodies} == {codes.RANDOM_SYMBOLS}
    assert all(len({body[i] for body in bodies}) == 32 for i in range(codes.RANDOM_SYMBOLS))


@pytest.mark.parametrize("length", [0, codes.RANDOM_BYTES - 1, codes.RANDOM_BYTES + 1])
def test_a_code_is_made_of_exactly_eighty_bits(length: int) -> None:
    with pytest.raises(ValueError, match="80 bits"):
        codes.code_of("2026-11", bytes(length))


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("0" * (codes.LENGTH - 1), "code.length"),
        ("0" * (codes.LENGTH + 1), "code.length"),
        ("U" + "0" * (codes.LENGTH - 1), "code.symbols"),
        ("0" * (codes.LENGTH - 1) + "1", "code.typo"),
    ],
)
def test_it_is_told_what_is_wrong_with_a_code(typed: str, key: str) -> None:
    with pytest.raises(CodeMalformed) as refused:
        codes.parse(typed)

    assert refused.value.key == key
