"""The questionnaire: themes, questions and the five-point scale, from one TOML file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from monitor.inputs.text_files import decode, read_bytes
from monitor.inputs.toml_files import parse_toml_text
from monitor.pulse.questionnaire_checks import (
    FIRST_LANGUAGE,
    FilePart,
    check_fields,
    check_flags,
    check_key,
    check_tables,
    check_texts,
)

SCALE_POINTS = 5
MOST_THEMES = 10
MOST_QUESTIONS_PER_THEME = 20
MOST_QUESTIONS = 40
"""All of them fit in an envelope."""
LONGEST_QUESTION = 200
LONGEST_TITLE = 40

THEME_MARKS = {"signals": True, "team_only": False, "not_applicable": False}
QUESTION_MARKS = {"team_only": False}
"""Fields that a file may leave out, and what holds then."""

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or in Dutch, which is always there."""
    return texts.get(language) or texts[FIRST_LANGUAGE]


@dataclass(frozen=True, slots=True)
class Question:
    """A statement, worded so that agreeing with it is favourable.

    ``team_only``: about a leidinggevende, so its figure is for the team and its own leidinggevende.
    """

    key: str
    text: Mapping[str, str]
    team_only: bool = False


@dataclass(frozen=True, slots=True)
class Theme:
    """Questions that share one score.

    Without ``signals`` it is not watched for change. ``team_only``: its figures are for the team
    and its own leidinggevende, above them pooled over many teams. ``not_applicable``: that may be
    answered too, and counts as no answer.
    """

    key: str
    title: Mapping[str, str]
    questions: tuple[Question, ...]
    signals: bool = True
    team_only: bool = False
    not_applicable: bool = False

    def to_json(self) -> dict[str, Any]:
        """The theme as plain values; what is as usual is left out, so that digests stay."""
        body = _without_defaults(asdict(self), THEME_MARKS)
        questions = (_without_defaults(asdict(q), QUESTION_MARKS) for q in self.questions)
        return body | {"questions": list(questions)}


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What a round asks. ``scale`` labels the answers 1 (disagree) to 5 (agree)."""

    version: str
    scale: tuple[Mapping[str, str], ...]
    themes: tuple[Theme, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        return tuple(question for theme in self.themes for question in theme.questions)

    @property
    def watched(self) -> Questionnaire:
        """The themes that are watched for change, with their questions."""
        return replace(self, themes=tuple(theme for theme in self.themes if theme.signals))

    @property
    def digest(self) -> str:
        """The SHA-256 of all of it, in hex: no two questionnaires share it."""
        body = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(body.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The questionnaire as plain values, to store with a round."""
        return {
            "version": self.version,
            "scale": [dict(label) for label in self.scale],
            "themes": [theme.to_json() for theme in self.themes],
        }

    @staticmethod
    def from_json(body: Mapping[str, Any]) -> Questionnaire:
        """Read what `to_json` returned."""
        return Questionnaire(
            version=body["version"],
            scale=tuple(body["scale"]),
            themes=tuple(
                Theme(**theme | {"questions": tuple(Question(**q) for q in theme["questions"])})
                for theme in body["themes"]
            ),
        )


def load(path: Path) -> Questionnaire:
    """The questionnaire in the file at `path`.

    Raises
    ------
    InputRefused
        When the file is missing, unreadable or wrong; the sentence says where and what to do.
    """
    return parse(decode(read_bytes(path), path.name), path.name)


def parse(text: str, name: str) -> Questionnaire:
    """The questionnaire in `text`; `name` is the file's name, for the refusal.

    Raises
    ------
    InputRefused
        At the first fault; the sentence names the theme and the statement, or the line where
        the text is not TOML.
    """
    file = FilePart(name)
    tables = parse_toml_text(text, name)
    fields = check_fields(file, tables, ("version", "scale", "theme"))
    version = fields["version"]
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise file.refused("questionnaire.version")
    scale = _scale(file, fields["scale"])
    theme_tables = check_tables(file, fields["theme"], "theme")
    if not 1 <= len(theme_tables) <= MOST_THEMES:
        raise file.refused("questionnaire.themes", count=len(theme_tables), most=MOST_THEMES)
    used: set[str] = set()
    themes = tuple(
        _theme(file.in_theme(table, number, used), table, used)
        for number, table in enumerate(theme_tables, 1)
    )
    questionnaire = Questionnaire(version, scale, themes)
    if not questionnaire.watched.themes:
        raise file.refused("questionnaire.unwatched")
    if (count := len(questionnaire.questions)) > MOST_QUESTIONS:
        raise file.refused("questionnaire.too_many", count=count, most=MOST_QUESTIONS)
    return questionnaire


def _scale(file: FilePart, labels: object) -> tuple[Mapping[str, str], ...]:
    count = len(labels) if isinstance(labels, list) else 0
    if not isinstance(labels, list) or count != SCALE_POINTS:
        raise file.refused("questionnaire.scale", count=count)
    return tuple(
        check_texts(replace(file, answer=answer), label, "scale", LONGEST_TITLE)
        for answer, label in enumerate(labels, 1)
    )


def _theme(part: FilePart, table: object, used: set[str]) -> Theme:
    fields = check_fields(part, table, ("key", "title", "question"), THEME_MARKS)
    key = check_key(part, fields["key"], used)
    title = check_texts(part, fields["title"], "title", LONGEST_TITLE)
    question_tables = check_tables(part, fields["question"], "question")
    count = len(question_tables)
    if not 1 <= count <= MOST_QUESTIONS_PER_THEME:
        raise part.refused("questionnaire.questions", count=count, most=MOST_QUESTIONS_PER_THEME)
    questions = tuple(
        _question(part.in_question(question, number, used), question, used)
        for number, question in enumerate(question_tables, 1)
    )
    return Theme(key, title, questions, **check_flags(part, fields, THEME_MARKS))


def _question(part: FilePart, table: object, used: set[str]) -> Question:
    fields = check_fields(part, table, ("key", "text"), QUESTION_MARKS)
    key = check_key(part, fields["key"], used)
    text = check_texts(part, fields["text"], "text", LONGEST_QUESTION)
    return Question(key, text, **check_flags(part, fields, QUESTION_MARKS))


def _without_defaults(body: dict[str, Any], marks: Mapping[str, bool]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if marks.get(name) is not value}
