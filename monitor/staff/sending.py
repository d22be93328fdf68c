"""What becomes of sheets that people send: into the box, or back with what was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.errors import CodeMalformed, CodeRefused, KeyMissing, Refusal, StoreBusy
from monitor.pulse import codes
from monitor.pulse.ballot_box import drop
from monitor.pulse.sheets import Found, OpenSheet, Slot, find
from monitor.staff.forms import Fields
from monitor.staff.sheet import Filled, read_sheet
from monitor.wiring import House

MOST_SEEN = 16

_seen: dict[tuple[str, str], OpenSheet] = {}


class Outcome(StrEnum):
    """What became of it."""

    SENT = "sent"
    LEFT_BLANK = "left_blank"
    ASK_BLANK = "ask_blank"
    WRONG = "wrong"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Sending:
    """The sheet, what was filled in, and what became of it."""

    sheet: OpenSheet
    filled: Filled
    outcome: Outcome


def look(house: House, typed: Sequence[str]) -> list[OpenSheet | Refusal]:
    """The sheet that each code opens, or why it opens none."""
    return [
        each if isinstance(each, CodeRefused | KeyMissing) else each[0]
        for each in _find(house, typed)
    ]


def send(house: House, sheets: Sequence[tuple[str, Fields]]) -> list[Sending | Refusal]:
    """Count each sheet once, if it is in order: a code as typed, and the fields of its form.

    Where the store does not answer, the answers are not lost: the questions are those shown
    before to anybody of the same round.
    """
    try:
        found = _find(house, [typed for typed, _ in sheets])
    except StoreBusy as trouble:
        return [_keep(house, typed, fields, trouble) for typed, fields in sheets]
    made: list[Sending | Refusal] = []
    going: dict[int, tuple[Slot, Sequence[int]]] = {}
    for place, (each, (_, fields)) in enumerate(zip(found, sheets, strict=True)):
        if isinstance(each, CodeRefused | KeyMissing):
            made.append(each)
            continue
        sheet, slot = each
        filled = read_sheet(fields, sheet.questionnaire)
        outcome = _outcome(filled)
        if outcome is Outcome.SENT:
            going[place] = slot, filled.answers
        made.append(Sending(sheet, filled, outcome))
    for place, refusal in zip(going, _drop(house, tuple(going.values())), strict=True):
        made[place] = _refused(made[place], refusal)
    return made


def _find(house: House, typed: Sequence[str]) -> list[Found]:
    found = find(house, typed)
    for each in found:
        if not isinstance(each, CodeRefused | KeyMissing):
            if len(_seen) >= MOST_SEEN:
                _seen.clear()
            _seen[_place(house, each[0].round.period)] = each[0]
    return found


def _keep(house: House, typed: str, fields: Fields, trouble: StoreBusy) -> Sending | Refusal:
    """What was filled in, with the questions as they were shown before, if they were."""
    try:
        known = _seen.get(_place(house, codes.parse(typed).period))
    except CodeMalformed as refusal:
        return refusal
    if known is None:
        return trouble
    return Sending(known, read_sheet(fields, known.questionnaire), Outcome.BUSY)


def _outcome(filled: Filled) -> Outcome:
    if filled.faulty:
        return Outcome.WRONG
    if filled.blank:
        return Outcome.LEFT_BLANK if filled.confirmed else Outcome.ASK_BLANK
    return Outcome.SENT


def _drop(
    house: House, sheets: Sequence[tuple[Slot, Sequence[int]]]
) -> Sequence[CodeRefused | StoreBusy | None]:
    if not sheets:
        return ()
    try:
        return drop(house, sheets)
    except StoreBusy as trouble:
        return [trouble] * len(sheets)


def _refused(made: Sending | Refusal, refusal: Refusal | None) -> Sending | Refusal:
    if isinstance(made, Sending) and isinstance(refusal, StoreBusy):
        return replace(made, outcome=Outcome.BUSY)
    return refusal or made


def _place(house: House, period: str) -> tuple[str, str]:
    return house.settings.database_url, period
