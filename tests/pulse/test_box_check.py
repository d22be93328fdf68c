"""A unit counts when its envelopes, marks and answered count are equal; and codes as it closes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.errors import CodeClosed, CodeRefused, CodeUnknown
from monitor.pulse.ballot import code_lookup
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.envelope import AnswerSheet, new_round_key
from monitor.pulse.count.box_check import is_whole, whole_units
from monitor.store.key_folder import KeyFolder

SHEETS = [
    AnswerSheet(unit, (4,)) for unit, number in ((0, 1), (1, 2), (3, 6)) for _ in range(number)
]
EQUAL = {0: 1, 1: 2, 3: 6}


@pytest.mark.parametrize(
    ("marks", "counted", "whole"),
    [
        (EQUAL, EQUAL, {0, 1, 3}),
        ({1: 2, 3: 6}, EQUAL, {1, 3}),
        (EQUAL, {1: 2, 3: 6}, {1, 3}),
        (EQUAL | {1: 3}, EQUAL | {1: 3}, {0, 3}),
        (EQUAL | {1: 1}, EQUAL, {0, 3}),
        (EQUAL, EQUAL | {3: 7}, {0, 1}),
        ({}, {}, set()),
    ],
)
def test_a_unit_is_whole_where_all_three_are_equal(
    marks: Mapping[int, int], counted: Mapping[int, int], whole: set[int]
) -> None:
    assert whole_units(SHEETS, marks, counted) == whole
    assert is_whole(SHEETS, marks, counted) is (whole == EQUAL.keys())


@pytest.mark.parametrize(("marks", "counted"), [({4: 1}, {}), ({}, {4: 1}), ({4: 1}, {4: 1})])
def test_a_box_is_not_whole_where_a_unit_has_no_envelope_left(
    marks: Mapping[int, int], counted: Mapping[int, int]
) -> None:
    assert whole_units(SHEETS, EQUAL | marks, EQUAL | counted) == EQUAL.keys()
    assert not is_whole(SHEETS, EQUAL | marks, EQUAL | counted)
    assert is_whole(SHEETS, EQUAL | {4: 0}, EQUAL)
    assert is_whole([], {}, {})


def test_a_code_that_was_not_found_because_the_round_closed_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unknown = CodeUnknown("code.unknown")
    closed: list[CodeRefused] = []

    def check_open(*_: object) -> None:
        if closed:
            raise closed[0]

    monkeypatch.setattr(code_lookup, "_read_in", lambda *_: {"a": unknown})
    monkeypatch.setattr(code_lookup, "reading", nullcontext)
    monkeypatch.setattr(code_lookup, "check_open", check_open)
    context = cast(Any, SimpleNamespace(engine=None))

    assert code_lookup._look_up_in(context, "2026-11", ["a"]) == {"a": unknown}
    closed.append(CodeClosed("code.closed"))
    assert code_lookup._look_up_in(context, "2026-11", ["a"]) == {"a": closed[0]}


def test_a_file_of_counts_has_room_for_a_batch_from_every_unit(tmp_path: Path) -> None:
    counts = AnsweredCounts.of(KeyFolder(tmp_path), new_round_key())
    store = cast(Any, SimpleNamespace(execute=lambda *_: None))
    units = 1000

    assert counts.create((3,) * units)
    with counts.counting(store, "2026-11", dict.fromkeys(range(units), 1)):
        assert counts.pending

    assert not counts.pending
    assert counts.total(store) == dict.fromkeys(range(units), 4)
