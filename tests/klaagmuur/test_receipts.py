"""Receipt codes: random, and forgiving when typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Refusal
from monitor.inputs.typed_codes import ALPHABET
from monitor.klaagmuur import receipts

CODE = "0123456789ABCDEFGHJK"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "0123-4567-89AB-CDEF-GHJK",
        " 0123 4567 89ab cdef ghjk ",
        "o123-4567-89ab-cdef-ghjk",
        "OI23–4567—89AB\u00a0CDEF\tGHJK",
        "0l23.4567.89AB.CDEF.GHJK",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert receipts.parse_receipt(typed) == CODE


@pytest.mark.parametrize("typed", ["", "0123", CODE + "0", "U" * 20, "é" * 20, "0" * 10_000, "\0"])
def test_what_cannot_be_a_code_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Refusal) as refusal:
        receipts.parse_receipt(typed)
    assert refusal.value.key == "receipt.malformed"


def test_codes_hold_a_hundred_random_bits() -> None:
    codes = {receipts.new_receipt() for _ in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {20}
    assert set("".join(codes)) == set(ALPHABET)


@given(st.binary(min_size=32, max_size=32))
def test_what_is_shown_can_be_typed(material: bytes) -> None:
    code = receipts.from_material(material)

    assert receipts.parse_receipt(receipts.show(code)) == code


def test_part_of_the_recovery_code_proves_the_sheet() -> None:
    code = receipts.new_recovery()
    shown = receipts.show(code).split("-")

    assert receipts.parse_recovery(receipts.show(code).lower()) == code
    assert receipts.same_group(code, 3, shown[2].lower())
    assert not receipts.same_group(code, 3, "")
    assert not receipts.same_group(code, 3, shown[2] + "0")
    assert not receipts.same_group(code, 3, "UUUU")


def test_a_recovery_code_is_read_as_leniently() -> None:
    code = receipts.new_recovery()

    assert receipts.parse_recovery(f" {code[:4].lower()}-{code[4:]}") == code
    for typed in ("", code[:-1], code + "0", "U" + code[1:]):
        with pytest.raises(Refusal) as refusal:
            receipts.parse_recovery(typed)
        assert refusal.value.key == "recovery.malformed"
