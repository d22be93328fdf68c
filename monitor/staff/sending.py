"""What becomes of a sheet that somebody sends: into the box, or back with what was filled in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.errors import StoreBusy
from monitor.pulse import codes
from monitor.pulse.ballot_box import OpenSheet, Slot, drop, find
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


def look(house: House, typed: str) -> OpenSheet:
    """The sheet that a code opens; refusals as for `open_sheet`."""
    return _find(house, typed)[0]


def send(house: House, typed: str, fields: Fields) -> Sending:
    """Count the sheet once, if it is in order; refusals as for `open_sheet` and `drop`.

    Where the store does not answer, the answers are not lost: the questions are those shown
    before to anybody of the same round.
    """
    try:
        sheet, slot = _find(house, typed)
    except StoreBusy:
        known = _seen.get(_place(house, codes.parse(typed).period))
        if known is None:
            raise
        return Sending(known, read_sheet(fields, known.questionnaire), Outcome.BUSY)
    filled = read_sheet(fields, sheet.questionnaire)
    return Sending(sheet, filled, _outcome(house, slot, filled))


def _find(house: House, typed: str) -> tuple[OpenSheet, Slot]:
    sheet, slot = find(house, typed)
    if len(_seen) >= MOST_SEEN:
        _seen.clear()
    _seen[_place(house, sheet.round.period)] = sheet
    return sheet, slot


def _outcome(house: House, slot: Slot, filled: Filled) -> Outcome:
    if filled.faulty:
        return Outcome.WRONG
    if filled.blank:
        return Outcome.LEFT_BLANK if filled.confirmed else Outcome.ASK_BLANK
    try:
        drop(house, slot, filled.answers)
    except StoreBusy:
        return Outcome.BUSY
    return Outcome.SENT


def _place(house: House, period: str) -> tuple[str, str]:
    return house.settings.database_url, period
