"""The questionnaire: themes, questions and the five-point scale, from one TOML file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from monitor.inputs.file_faults import shown
from monitor.inputs.text_files import decode, read_bytes
from monitor.inputs.toml_lines import FIRST_LANGUAGE, Place, Source, only, tables_in, texts_in

SCALE_POINTS = 5
MOST_THEMES = 10
MOST_QUESTIONS_PER_THEME = 20
MOST_QUESTIONS = 40
"""Fits an envelope with room to spare."""
LONGEST_QUESTION = 200
LONGEST_TITLE = 40

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or in Dutch, which is always there."""
    return texts.get(language) or texts[FIRST_LANGUAGE]


@dataclass(frozen=True, slots=True)
class Question:
    """A statement; agreeing with it is good."""

    key: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """Questions that are counted together."""

    key: str
    title: Mapping[str, str]
    questions: tuple[Question, ...]


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
    def digest(self) -> str:
        """What tells this questionnaire from any other: a SHA-256 over all of it, in hex."""
        body = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(body.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """As plain values, for keeping with a round."""
        return {
            "version": self.version,
            "scale": [dict(label) for label in self.scale],
            "themes": [
                asdict(theme) | {"questions": [asdict(q) for q in theme.questions]}
                for theme in self.themes
            ],
        }

    @staticmethod
    def from_json(body: Mapping[str, Any]) -> Questionnaire:
        """Back from what `to_json` gave."""
        return Questionnaire(
            version=body["version"],
            scale=tuple(body["scale"]),
            themes=tuple(
                Theme(
                    theme["key"],
                    theme["title"],
                    tuple(Question(q["key"], q["text"]) for q in theme["questions"]),
                )
                for theme in body["themes"]
            ),
        )


def load(path: Path) -> Questionnaire:
    """The questionnaire in the file at `path`.

    Raises
    ------
    InputRefused
        When the file is missing, unreadable or wrong; the sentence names line and mend.
    """
    return parse(decode(read_bytes(path), path.name), path.name)


def parse(text: str, name: str) -> Questionnaire:
    """The questionnaire in `text`; `name` is the file's name, for the refusal.

    Raises
    ------
    InputRefused
        At the first thing that is wrong, with its line and how to mend it.
    """
    source = Source(name, text.replace("\r\n", "\n"))
    tables = source.tables()
    top = Place()
    only(source, tables, top, ("version", "scale", "theme"))
    version = tables["version"]
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise source.refused("questionnaire.version", top, "version")
    scale = _scale(source, tables["scale"])
    groups = tables_in(source, tables, top, "theme")
    if not 1 <= len(groups) <= MOST_THEMES:
        raise source.refused(
            "questionnaire.themes", top, "theme", count=len(groups), most=MOST_THEMES
        )
    used: set[str] = set()
    themes = tuple(_theme(source, group, Place(at), used) for at, group in enumerate(groups))
    made = Questionnaire(version, scale, themes)
    if (count := len(made.questions)) > MOST_QUESTIONS:
        last = Place(len(themes) - 1, len(themes[-1].questions) - 1)
        raise source.refused(
            "questionnaire.too_many", last, "key", count=count, most=MOST_QUESTIONS
        )
    return made


def _scale(source: Source, given: object) -> tuple[Mapping[str, str], ...]:
    top = Place()
    labels = given if isinstance(given, list) else []
    if len(labels) != SCALE_POINTS:
        raise source.refused("questionnaire.scale", top, "scale", count=len(labels))
    return tuple(
        texts_in(source, label, top, "scale", LONGEST_TITLE, source.line_of_item("scale", at))
        for at, label in enumerate(labels)
    )


def _theme(source: Source, table: Any, place: Place, used: set[str]) -> Theme:
    only(source, table, place, ("key", "title", "question"))
    key = _key(source, table, place, used)
    title = texts_in(source, table["title"], place, "title", LONGEST_TITLE)
    asked = tables_in(source, table, place, "question")
    if not 1 <= len(asked) <= MOST_QUESTIONS_PER_THEME:
        raise source.refused(
            "questionnaire.questions",
            place,
            "question",
            count=len(asked),
            most=MOST_QUESTIONS_PER_THEME,
        )
    questions = tuple(
        _question(source, one, Place(place.theme, at), used) for at, one in enumerate(asked)
    )
    return Theme(key, title, questions)


def _question(source: Source, table: Any, place: Place, used: set[str]) -> Question:
    only(source, table, place, ("key", "text"))
    key = _key(source, table, place, used)
    return Question(key, texts_in(source, table["text"], place, "text", LONGEST_QUESTION))


def _key(source: Source, table: Mapping[str, Any], place: Place, used: set[str]) -> str:
    key = table["key"]
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise source.refused("questionnaire.key", place, "key", value=shown(str(key)))
    if key in used:
        raise source.refused("questionnaire.double", place, "key", value=key)
    used.add(key)
    return key
