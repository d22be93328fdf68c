"""From the fields of a form to answers, and back into the form when something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.pulse.questionnaire import Questionnaire
from monitor.web.http.forms import Fields

CONFIRM = "-leeg"
"""Name of the button that confirms a blank sheet; no question can be called that."""
VALUES = {"": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
NOT_APPLICABLE = "0"
"""The value of "does not apply", where a theme has it; it counts as no answer."""


class Outcome(StrEnum):
    """What became of a form."""

    SENT = "sent"
    LEFT_BLANK = "left_blank"
    ASK_BLANK = "ask_blank"
    WRONG = "wrong"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it came in.

    Parameters
    ----------
    answers
        1..5 per question in the questionnaire's order, 0 for none.
    outcome
        What becomes of it when its code is good and the store takes it.
    not_applicable
        Questions said not to apply: to show the form again as it was, and for nothing else.
    """

    answers: tuple[int, ...]
    outcome: Outcome
    not_applicable: frozenset[str] = frozenset()

    @property
    def may_be_submitted(self) -> bool:
        """Whether the answers go into the ballot box."""
        return self.outcome is Outcome.SENT


def read_form(fields: Fields, questionnaire: Questionnaire) -> FilledForm:
    """What somebody filled in; a question that is absent has no answer."""
    positions = {question.key: n for n, question in enumerate(questionnaire.questions)}
    answers = [0] * len(positions)
    may_not_apply = {q.key for t in questionnaire.themes if t.not_applicable for q in t.questions}
    not_applicable: set[str] = set()
    seen: set[str] = set()
    faulty = confirmed = False
    for name, value in fields:
        if name == CONFIRM:
            confirmed = True
        elif name in positions and value in VALUES and name not in seen:
            answers[positions[name]] = VALUES[value]
        elif name in may_not_apply and value == NOT_APPLICABLE and name not in seen:
            not_applicable.add(name)
        else:
            faulty = True  # our own form cannot have sent it
        seen.add(name)
    outcome = _outcome(answers, faulty=faulty, confirmed=confirmed)
    return FilledForm(tuple(answers), outcome, frozenset(not_applicable))


def _outcome(answers: Sequence[int], *, faulty: bool, confirmed: bool) -> Outcome:
    if faulty:
        return Outcome.WRONG
    if any(answers):
        return Outcome.SENT
    return Outcome.LEFT_BLANK if confirmed else Outcome.ASK_BLANK
