"""What becomes of sheets that people send: into the box, or back with what was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.context import AppContext
from monitor.errors import CodeMalformed, CodeRefused, KeyMissing, Refusal, StoreBusy
from monitor.pulse.ballot.answer_sheets import BallotSlot, Found, InvitedSheet, find
from monitor.pulse.ballot.ballot_box import submit_batch
from monitor.pulse.invitations import codes
from monitor.web.http.forms import Fields
from monitor.web.pulse.answer_form import FilledForm, read_sheet

MOST_SEEN = 16

_seen: dict[tuple[str, str], InvitedSheet] = {}


class Outcome(StrEnum):
    """What became of it."""

    SENT = "sent"
    LEFT_BLANK = "left_blank"
    ASK_BLANK = "ask_blank"
    WRONG = "wrong"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Submission:
    """The sheet, what was filled in, and what became of it."""

    sheet: InvitedSheet
    filled: FilledForm
    outcome: Outcome


def look(context: AppContext, typed: Sequence[str]) -> list[InvitedSheet | Refusal]:
    """The sheet that each code opens, or why it opens none."""
    return [
        each if isinstance(each, CodeRefused | KeyMissing) else each[0]
        for each in _find(context, typed)
    ]


def send(context: AppContext, sheets: Sequence[tuple[str, Fields]]) -> list[Submission | Refusal]:
    """Count each sheet once, if it is in order: a code as typed, and the fields of its form.

    Raises
    ------
    StoreBusy
        When the store does not answer: nothing was counted, and `keep` has what was filled in.
    """
    found = _find(context, [typed for typed, _ in sheets])
    made: list[Submission | Refusal] = []
    going: dict[int, tuple[BallotSlot, Sequence[int]]] = {}
    for place, (each, (_, fields)) in enumerate(zip(found, sheets, strict=True)):
        if isinstance(each, CodeRefused | KeyMissing):
            made.append(each)
            continue
        sheet, slot = each
        filled = read_sheet(fields, sheet.questionnaire)
        outcome = _outcome(filled)
        if outcome is Outcome.SENT:
            going[place] = slot, filled.answers
        made.append(Submission(sheet, filled, outcome))
    refusals = submit_batch(context, tuple(going.values())) if going else ()
    for place, refusal in zip(going, refusals, strict=True):
        made[place] = refusal or made[place]
    return made


def keep(
    context: AppContext, typed: str, fields: Fields, trouble: StoreBusy
) -> Submission | Refusal:
    """What was filled in, where the store does not answer.

    The questions are those that were shown before to anybody of the same round, if they were.
    """
    try:
        known = _seen.get(_place(context, codes.parse(typed).period))
    except CodeMalformed as refusal:
        return refusal
    if known is None:
        return trouble
    return Submission(known, read_sheet(fields, known.questionnaire), Outcome.BUSY)


def _find(context: AppContext, typed: Sequence[str]) -> list[Found]:
    found = find(context, typed)
    for each in found:
        if not isinstance(each, CodeRefused | KeyMissing):
            if len(_seen) >= MOST_SEEN:
                _seen.clear()
            _seen[_place(context, each[0].round.period)] = each[0]
    return found


def _outcome(filled: FilledForm) -> Outcome:
    if filled.faulty:
        return Outcome.WRONG
    if filled.blank:
        return Outcome.LEFT_BLANK if filled.confirmed else Outcome.ASK_BLANK
    return Outcome.SENT


def _place(context: AppContext, period: str) -> tuple[str, str]:
    return context.settings.database_url, period
