"""What authenticates a ballot: its row and its state, under the key of one round."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.pulse.ballot.adoption import _likeliest_first
from monitor.pulse.ballot.ballot_mac import MAC_BYTES, BallotMac, BallotRow, BallotState

MACS = BallotMac.of(b"k" * 32, "2026-11")
ROW = BallotRow(b"fingerprint", 3, 1)
EDGES = (0, 2**32 - 1)


@pytest.mark.parametrize(("unit", "edition"), list(product(EDGES, EDGES)))
@pytest.mark.parametrize("state", BallotState)
def test_a_row_has_the_state_that_its_code_says(
    unit: int, edition: int, state: BallotState
) -> None:
    row = BallotRow(b"fingerprint", unit, edition)

    code = MACS.mac(row, state)

    assert len(code) == MAC_BYTES
    assert MACS.state(row, code) is state


def test_a_code_is_good_for_one_row_of_one_round_in_one_state_only() -> None:
    rows = [
        ROW,
        replace(ROW, fingerprint=b"another"),
        replace(ROW, unit=4),
        replace(ROW, edition=2),
        BallotRow(b"fingerprint", 1, 3),
    ]
    rounds = [MACS, BallotMac.of(b"k" * 32, "2026-12"), BallotMac.of(b"j" * 32, "2026-11")]

    codes = {macs.mac(row, state) for macs, row, state in product(rounds, rows, BallotState)}

    assert len(codes) == len(rounds) * len(rows) * len(BallotState)


@pytest.mark.parametrize("number", [-1, 2**32])
def test_a_row_that_cannot_be_ours_has_no_state(number: int) -> None:
    for row in (replace(ROW, unit=number), replace(ROW, edition=number)):
        assert MACS.mac(row, BallotState.UNSPENT) == b""
        assert MACS.state(row, b"") is None
    assert MACS.state(ROW, None) is None
    assert MACS.state(ROW, bytes(MAC_BYTES)) is None


def test_the_key_is_in_no_traceback() -> None:
    assert "kkk" not in repr(BallotMac("2026-11", b"k" * 32))
    assert "fingerprint=" not in repr(ROW)


def test_of_spent_ballots_those_that_were_answered_are_taken_first() -> None:
    order = (BallotState.ANSWERED, None, BallotState.UNSPENT, BallotState.VOIDED)
    rows = [
        SimpleNamespace(
            fingerprint=bytes([at]),
            unit=3,
            edition=1,
            mac=None if state is None else MACS.mac(BallotRow(bytes([at]), 3, 1), state),
        )
        for at, state in enumerate(order * 8)
    ]

    taken = _likeliest_first(cast(Any, rows), MACS)

    states = [MACS.state(BallotRow(r.fingerprint, r.unit, r.edition), r.mac) for r in taken]
    assert states == [state for state in order for _ in range(8)]
