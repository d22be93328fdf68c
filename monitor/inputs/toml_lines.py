"""A questionnaire's TOML file, which knows on which line everything stands.

So that a refusal can point at the line to mend.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown

FIRST_LANGUAGE = "nl"
"""The language in which every text is there."""

_WRITTEN = {"theme": "[[theme]]", "question": "[[theme.question]]"}
_LANGUAGE = re.compile(r"[a-z]{2}")
_HEADER = re.compile(r"\s*\[\[\s*theme\s*(\.\s*question\s*)?\]\]")
_AT_LINE = re.compile(r"\(at line (\d+),")


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the file: before the themes, a theme, or a question in it (counted from 0)."""

    theme: int = -1
    question: int = -1


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a questionnaire file."""

    name: str
    text: str

    def tables(self) -> dict[str, Any]:
        """What the file says, unchecked.

        Raises
        ------
        InputRefused
            When it is no TOML.
        """
        try:
            return tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:
            found = _AT_LINE.search(str(error))
            line = int(found[1]) if found else self.text.rstrip().count("\n") + 1
            twice = "overwrite" in str(error) or "twice" in str(error)
            key = "questionnaire.syntax_twice" if twice else "questionnaire.syntax"
            raise InputRefused(key, line=line, name=shown(self.name)) from None

    def refused(self, key: str, place: Place, word: str, **words: object) -> InputRefused:
        """A refusal pointing at `word` in `place`, or else at where `place` begins."""
        return self.refused_at(self.line_of(place, word), key, **words)

    def refused_at(self, line: int, key: str, **words: object) -> InputRefused:
        """A refusal pointing at a line."""
        return InputRefused(key, line=line, name=shown(self.name), **words)

    def line_of_item(self, word: str, item: int) -> int:
        """The line of the table numbered `item` (from 0) in the top-level list `word`."""
        start = self.line_of(Place(), word)
        opening = re.compile(rf"\{{|^\s*\[\[\s*{word}\s*\]\]")
        seen = 0
        for line, content in enumerate(self.text.split("\n")[start - 1 :], start):
            seen += len(opening.findall(content))
            if seen > item:
                return line
        return start

    def line_of(self, place: Place, *words: str) -> int:
        """The line on which `place` gives the first of `words` it has, or else begins."""
        lines = [(line, content) for line, content, here in self._lines() if here == place]
        for word in words:
            wanted = re.compile(rf"\s*(\[\[?\s*)?[\"']?{re.escape(word)}[\"']?\s*[.=\]]")
            for line, content in lines:
                if wanted.match(content):
                    return line
        if not lines and place.question >= 0:  # questions written as one list
            return self.line_of(Place(place.theme), "question")
        return lines[0][0] if lines else 1

    def _lines(self) -> list[tuple[int, str, Place]]:
        lines: list[tuple[int, str, Place]] = []
        place = Place()
        for line, content in enumerate(self.text.split("\n"), 1):
            if header := _HEADER.match(content):
                if header[1]:
                    place = Place(place.theme, place.question + 1)
                else:
                    place = Place(place.theme + 1)
            lines.append((line, content, place))
        return lines


def only(source: Source, table: Any, place: Place, known: tuple[str, ...]) -> None:
    """Refuse a name we do not know (most likely a slip of the pen) and one that is missing."""
    given = table if isinstance(table, dict) else {}
    for name in given:
        if name not in known:
            raise source.refused(
                "questionnaire.unknown", place, name, field=shown(name), known=", ".join(known)
            )
    for name in known:
        if name not in given:
            raise source.refused(
                "questionnaire.missing", place, name, field=_WRITTEN.get(name, name)
            )


def tables_in(source: Source, table: Mapping[str, Any], place: Place, name: str) -> list[Any]:
    """The list of tables called `name`."""
    if not isinstance(table[name], list):
        raise source.refused("questionnaire.missing", place, name, field=_WRITTEN[name])
    found: list[Any] = table[name]
    return found


def texts_in(
    source: Source, given: object, place: Place, field: str, most: int, line: int = 0
) -> Mapping[str, str]:
    """The texts per language: each one line, and Dutch among them."""
    if (
        not isinstance(given, dict)
        or FIRST_LANGUAGE not in given
        or not all(_LANGUAGE.fullmatch(language) for language in given)
    ):
        at = line or source.line_of(place, field)
        raise source.refused_at(at, "questionnaire.texts", field=field)
    for language, text in given.items():
        if not _is_one_line(text, most):
            name = f"{field}.{language}"
            at = line or source.line_of(place, name, field)
            raise source.refused_at(at, "questionnaire.text", field=name, most=most)
    return {language: text.strip() for language, text in given.items()}


def _is_one_line(text: object, most: int) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= most and text.strip().isprintable()
