"""Answer sheets of many people in one transaction, where a test is not about sending them."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.context import AppContext
from monitor.errors import Refusal
from monitor.pulse.ballot import ballot_box
from monitor.pulse.ballot.code_lookup import look_up


def submit(context: AppContext, sheets: Sequence[tuple[str, Sequence[int]]]) -> None:
    """Spend each code, and put its answers in the box."""
    slots = []
    for lookup in look_up(context, [code for code, _ in sheets]):
        assert not isinstance(lookup, Refusal)
        slots.append(lookup[1])
    answers = [answers for _, answers in sheets]
    refusals = ballot_box.submit_sheets(context, list(zip(slots, answers, strict=True)))
    assert not any(refusals)
