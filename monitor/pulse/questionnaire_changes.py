"""What changes when a round asks another questionnaire, and which themes begin anew because of it.

A theme whose statements or answers change cannot be compared with earlier months: its trend breaks
and starts afresh.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.pulse.questionnaire import (
    THEME_MARKS,
    Question,
    Questionnaire,
    Theme,
    in_language,
)
from monitor.pulse.questionnaire_checks import FIRST_LANGUAGE

_PUNCTUATION = re.compile(r"[\W_]+")


class ThemeStatus(StrEnum):
    """What becomes of a theme."""

    NEW = "new"
    REMOVED = "removed"
    RESTARTS = "restarts"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Rewording:
    """A statement, title or word of the scale with another text in a language than before.

    It is what people read in that language: the Dutch text where there is none.
    """

    before: str
    after: str
    language: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of a theme, or of the statement `question`, that is on or off now and was not."""

    name: str
    is_on: bool
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """What changes in one theme, as it becomes; as it was, when it is removed.

    Parameters
    ----------
    is_reordered
        Whether the same statements come in another order.
    """

    theme: Theme
    status: ThemeStatus
    added: tuple[Question, ...] = ()
    removed: tuple[Question, ...] = ()
    retitled: tuple[Rewording, ...] = ()
    reworded: tuple[Rewording, ...] = ()
    marks: tuple[Mark, ...] = ()
    is_reordered: bool = False


@dataclass(frozen=True, slots=True)
class QuestionnaireChange:
    """What changes in all: the themes as they are asked, and then those no longer asked."""

    themes: tuple[ThemeChange, ...]
    scale: tuple[Rewording, ...]


def asks_otherwise(before: Questionnaire, now: Questionnaire, key: str) -> bool:
    """Whether a theme of both asks something else than it did: other statements, or answers.

    Capitals, blanks and punctuation do not count, nor do translations: everybody has the Dutch
    text, and mending a translation must not break every trend.
    """
    if before is now:
        return False
    first, second = (_by_key(each)[key] for each in (before, now))
    return _wording(before, first) != _wording(now, second)


def changes(before: Questionnaire, after: Questionnaire) -> QuestionnaireChange:
    """What changes when `after` is asked instead of `before`."""
    earlier, later = _by_key(before), _by_key(after)
    remaining = (
        _compared(before, after, earlier[theme.key], theme) if theme.key in earlier else _new(theme)
        for theme in after.themes
    )
    gone = (
        ThemeChange(theme, ThemeStatus.REMOVED, removed=theme.questions)
        for theme in before.themes
        if theme.key not in later
    )
    return QuestionnaireChange((*remaining, *gone), _rewordings(before.scale, after.scale))


def _new(theme: Theme) -> ThemeChange:
    """A theme that was not asked before, with the marks that a theme usually does not have."""
    marks = (
        Mark(name, getattr(theme, name))
        for name, usual in THEME_MARKS.items()
        if getattr(theme, name) is not usual
    )
    return ThemeChange(theme, ThemeStatus.NEW, added=theme.questions, marks=tuple(marks))


def _compared(
    before: Questionnaire, after: Questionnaire, first: Theme, second: Theme
) -> ThemeChange:
    old = {question.key: question for question in first.questions}
    new = {question.key: question for question in second.questions}
    both = [key for key in new if key in old]
    restarts = asks_otherwise(before, after, second.key)
    return ThemeChange(
        second,
        ThemeStatus.RESTARTS if restarts else ThemeStatus.SAME,
        added=tuple(question for key, question in new.items() if key not in old),
        removed=tuple(question for key, question in old.items() if key not in new),
        retitled=_rewordings([first.title], [second.title]),
        reworded=_rewordings([old[key].text for key in both], [new[key].text for key in both]),
        marks=_marks(first, second, [(old[key], new[key]) for key in both]),
        is_reordered=both != [key for key in old if key in new],
    )


def _marks(
    first: Theme, second: Theme, both: Sequence[tuple[Question, Question]]
) -> tuple[Mark, ...]:
    of_theme = (
        Mark(name, getattr(second, name))
        for name in THEME_MARKS
        if getattr(first, name) != getattr(second, name)
    )
    of_questions = (
        Mark("team_only", new.team_only, new) for old, new in both if old.team_only != new.team_only
    )
    return (*of_theme, *of_questions)


def _rewordings(
    before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
) -> tuple[Rewording, ...]:
    """Every text that is another one, to the letter, in any language; Dutch before others.

    Whoever confirms it may read one language; a sign can turn a sentence round.
    """
    texts = (
        Rewording(in_language(old, language), in_language(new, language), language)
        for old, new in zip(before, after, strict=True)
        for language in sorted(
            old.keys() | new.keys(), key=lambda code: (code != FIRST_LANGUAGE, code)
        )
    )
    return tuple(each for each in texts if each.before != each.after)


def _wording(questionnaire: Questionnaire, theme: Theme) -> tuple[object, ...]:
    """What a theme asks, in Dutch: its statements in their order, and the words of the answers."""
    statements = tuple((each.key, _words(each.text[FIRST_LANGUAGE])) for each in theme.questions)
    return (statements, tuple(_words(label[FIRST_LANGUAGE]) for label in questionnaire.scale))


def _words(text: str) -> str:
    """The text as a reader compares it: without punctuation and capitals."""
    return _PUNCTUATION.sub(" ", text).strip().casefold()


def _by_key(questionnaire: Questionnaire) -> dict[str, Theme]:
    return {theme.key: theme for theme in questionnaire.themes}
