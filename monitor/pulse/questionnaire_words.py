"""What another questionnaire changes, in sentences: for the page, toezicht, and a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.locale import Texts
from monitor.pulse.questionnaire import Question, Theme, in_language
from monitor.pulse.questionnaire_changes import (
    Mark,
    QuestionnaireChange,
    Rewording,
    ThemeChange,
)
from monitor.pulse.questionnaire_checks import FIRST_LANGUAGE


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """A theme: its title, what becomes of it, and what changes in it."""

    title: str
    outcome: str
    lines: tuple[str, ...]


def scale_words(change: QuestionnaireChange, t: Texts) -> tuple[str, ...]:
    """What changes in the answers that people choose from."""
    return tuple(_reworded(each, t) for each in change.scale)


def theme_words(change: QuestionnaireChange, t: Texts) -> tuple[ThemeWords, ...]:
    """What changes, theme by theme."""
    return tuple(_theme(each, t) for each in change.themes)


def every_language(question: Question, t: Texts) -> str:
    """A statement as the reader has it, and in each language in which it is another text."""
    own = _text(question, t)
    others = (f"{text} ({code})" for code, text in sorted(question.text.items()) if text != own)
    return " / ".join((own, *others))


def _theme(change: ThemeChange, t: Texts) -> ThemeWords:
    title = in_language(change.theme.title, t.language)
    return ThemeWords(title, t(f"change.{change.status.value}"), tuple(_lines(change, t)))


def _lines(change: ThemeChange, t: Texts) -> Iterator[str]:
    for each in change.retitled:
        yield t("change.retitled", before=each.before, after=each.after) + _in(each.language)
    for question in change.added:
        yield t("change.added", text=every_language(question, t)) + _about_leading(question, t)
    for each in change.reworded:
        yield _reworded(each, t)
    for question in change.removed:
        yield t("change.gone", text=_text(question, t)) + _about_leading(question, t)
    if change.is_reordered:
        yield t("change.order")
    for mark in change.marks:
        yield _mark(mark, change.theme, t)


def _reworded(change: Rewording, t: Texts) -> str:
    words = t("change.reworded", before=change.before, after=change.after)
    return words + _in(change.language)


def _in(language: str) -> str:
    """The code of the language in brackets; empty for Dutch, which everybody has."""
    return "" if language == FIRST_LANGUAGE else f" ({language})"


def _mark(mark: Mark, theme: Theme, t: Texts) -> str:
    side = "on" if mark.is_on else "off"
    if mark.question is not None:
        return t(f"change.statement.team_only.{side}", text=_text(mark.question, t))
    return t(f"change.theme.{mark.name}.{side}", title=in_language(theme.title, t.language))


def _about_leading(question: Question, t: Texts) -> str:
    return f" {t('change.team_only')}" if question.team_only else ""


def _text(question: Question, t: Texts) -> str:
    return in_language(question.text, t.language)
