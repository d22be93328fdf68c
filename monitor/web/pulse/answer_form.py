"""From the fields of a form to an answer sheet, and back into the form when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.pulse.questionnaire import Questionnaire
from monitor.web.http.forms import Fields

CONFIRM = "-leeg"
"""Name of the button that confirms a blank sheet; no question can be called that."""
VALUES = {"": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it came in.

    Parameters
    ----------
    answers
        1..5 per question in the questionnaire's order, 0 for none.
    faulty
        Whether something in it cannot have come from our form.
    confirmed
        Whether the person said that it is meant to be blank.
    """

    answers: tuple[int, ...]
    faulty: bool = False
    confirmed: bool = False

    @property
    def blank(self) -> bool:
        """Whether no question was answered."""
        return not any(self.answers)


def read_sheet(fields: Fields, questionnaire: Questionnaire) -> FilledForm:
    """What somebody filled in; a question that is absent has no answer."""
    places = {question.key: place for place, question in enumerate(questionnaire.questions)}
    answers = [0] * len(places)
    seen: set[str] = set()
    faulty = confirmed = False
    for name, value in fields:
        if name == CONFIRM:
            confirmed = True
        elif name in places and value in VALUES and name not in seen:
            answers[places[name]] = VALUES[value]
        else:
            faulty = True
        seen.add(name)
    return FilledForm(tuple(answers), faulty, confirmed)


def empty_sheet(questionnaire: Questionnaire) -> FilledForm:
    """The form as it is first shown."""
    return FilledForm((0,) * len(questionnaire.questions))
