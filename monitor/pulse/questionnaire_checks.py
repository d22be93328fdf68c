"""Checks on a questionnaire file. A refusal names the theme and the statement to correct."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown
from monitor.locale import Phrase

FIRST_LANGUAGE = "nl"
"""The language in which every text must be written."""

_TABLES = {"theme": "[[theme]]", "question": "[[theme.question]]"}
_LANGUAGE = re.compile(r"[a-z]{2}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class FilePart:
    """The part of a file that is being read: the file itself, a theme or a statement.

    ``theme`` and ``question`` are quoted keys, or numbers from 1 for want of a usable key.
    ``answer`` is the number of a label of the scale.
    """

    file: str
    theme: str = ""
    question: str = ""
    answer: int = 0

    def refused(self, key: str, **words: object) -> InputRefused:
        """A refusal that says where the fault is."""
        return InputRefused(key, place=self._place(), **words)

    def in_theme(self, table: object, number: int, used: Collection[str]) -> FilePart:
        """The theme in `table`, the `number`-th of the file."""
        return replace(self, theme=_label(table, number, used))

    def in_question(self, table: object, number: int, used: Collection[str]) -> FilePart:
        """The statement in `table`, the `number`-th of its theme."""
        return replace(self, question=_label(table, number, used))

    def _place(self) -> Phrase | str:
        name = shown(self.file)
        if self.answer:
            return Phrase("questionnaire.in_scale", name=name, answer=self.answer)
        if self.question:
            return Phrase(
                "questionnaire.in_question", name=name, theme=self.theme, question=self.question
            )
        return Phrase("questionnaire.in_theme", name=name, theme=self.theme) if self.theme else name


def check_fields(
    part: FilePart, table: object, fields: tuple[str, ...], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """Return `table` when it has all of `fields` and no others but those that are `optional`.

    A misspelt name is an other.
    """
    present = table if isinstance(table, dict) else {}
    allowed = (*fields, *optional)
    for name in present:
        if name not in allowed:
            raise part.refused("questionnaire.unknown", field=shown(name), known=", ".join(allowed))
    for name in fields:
        if name not in present:
            raise part.refused("questionnaire.missing", field=_TABLES.get(name, name))
    return present


def check_flags(
    part: FilePart, fields: Mapping[str, Any], marks: Mapping[str, bool]
) -> dict[str, bool]:
    """The value, true or false, of each of `marks`: that in `fields`, or else its usual one."""
    flags = {name: fields.get(name, usual) for name, usual in marks.items()}
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise part.refused("questionnaire.flag", field=name)
    return flags


def check_key(part: FilePart, key: object, used: set[str]) -> str:
    """Return `key` when it is well formed and new, and add it to `used`."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise part.refused("questionnaire.key", value=shown(str(key)))
    if key in used:
        raise part.refused("questionnaire.double", value=key)
    used.add(key)
    return key


def check_tables(part: FilePart, tables: object, field: str) -> list[Any]:
    """Return `tables`, the value of `field`, when it is a list."""
    if not isinstance(tables, list):
        raise part.refused("questionnaire.missing", field=_TABLES[field])
    return tables


def check_texts(part: FilePart, texts: object, field: str, most: int) -> Mapping[str, str]:
    """Return the texts per language, stripped: each one line, and one of them in Dutch."""
    if (
        not isinstance(texts, dict)
        or FIRST_LANGUAGE not in texts
        or not all(_LANGUAGE.fullmatch(language) for language in texts)
    ):
        raise part.refused("questionnaire.texts", field=field)
    for language, text in texts.items():
        if not _is_one_line(text, most):
            raise part.refused("questionnaire.text", field=f"{field}.{language}", most=most)
    return {language: text.strip() for language, text in texts.items()}


def _is_one_line(text: object, most: int) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= most and text.strip().isprintable()


def _label(table: object, number: int, used: Collection[str]) -> str:
    key = table.get("key") if isinstance(table, dict) else None
    usable = isinstance(key, str) and _KEY.fullmatch(key) and key not in used
    return f"'{key}'" if usable else str(number)
