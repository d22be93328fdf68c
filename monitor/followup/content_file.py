"""One reader for the TOML files of conversations, dilemmas and cards.

Each file has a default in this package and may be replaced by the organisation's own file in its
data folder. A refusal names the file, the line, the table and how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.errors import InputRefused
from monitor.followup.content_lines import ContentFile, TablePath
from monitor.inputs.file_faults import shown
from monitor.inputs.text_files import decode, read_bytes
from monitor.inputs.toml_files import parse_toml_text
from monitor.pulse.questionnaire_checks import FIRST_LANGUAGE

DEFAULTS = Path(__file__).parent / "content"
"""Where the files that come with the program are."""

Text = Mapping[str, str]
"""A text per language; Dutch is always there."""

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2}")
LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a file: its fields, unchecked until asked for.

    ``place`` is how a refusal names it, such as ``methods.toml, method 2 (intervisie), step 1``.
    """

    file: ContentFile
    fields: Mapping[str, Any]
    place: str
    path: TablePath = ()

    def refused(self, key: str, field: str = "", **words: object) -> InputRefused:
        """A refusal pointing at `field` of this table, or at where the table begins."""
        line = self.file.line_of(self.path, field)
        filled = {"field": field, **words} if field else words
        return InputRefused(key, line=line, place=self.place, **filled)

    def only(self, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        """Refuse a field with an unknown name, and one that is missing."""
        required, allowed = tuple(required), (*required, *optional)
        for field in self.fields:
            if field not in allowed:
                raise self.refused("followup.unknown", shown(field), known=", ".join(allowed))
        for field in required:
            if field not in self.fields:
                raise self.refused("followup.missing", field)

    def key(self, used: set[str]) -> str:
        """The field ``key``, which no table in `used` has; it is added to `used`."""
        value = self.fields["key"]
        if not isinstance(value, str) or not _KEY.fullmatch(value):
            raise self.refused("followup.key", "key", value=shown(str(value)))
        if value in used:
            raise self.refused("followup.double", "key", value=value)
        used.add(value)
        return value

    def text(self, field: str, most: int) -> Text:
        """A text per language: one line each, Dutch among them."""
        return self._text(self.fields[field], field, most)

    def optional_text(self, field: str, most: int) -> Text | None:
        """As :meth:`text`; None when the field is not there."""
        return self.text(field, most) if field in self.fields else None

    def texts(self, field: str, least: int, most: int, longest: int) -> tuple[Text, ...]:
        """A list of `least` up to `most` texts of at most `longest` characters."""
        return tuple(self._text(item, field, longest) for item in self._list(field, least, most))

    def line(self, field: str, most: int) -> str:
        """One line that is the same in every language: a source, a web address."""
        value = self.fields[field]
        if not _is_line(value, most):
            raise self.refused("followup.line", field, most=most)
        return str(value).strip()

    def address(self, field: str) -> str:
        """A web address, or nothing when the field is not there."""
        if field not in self.fields:
            return ""
        value = self.line(field, LONGEST_ADDRESS)
        if not value.startswith("https://") or " " in value:
            raise self.refused("followup.address", field)
        return value

    def number(self, field: str, least: int, most: int) -> int:
        """A whole number between `least` and `most`."""
        value = self.fields[field]
        if type(value) is not int or not least <= value <= most:
            raise self.refused("followup.number", field, least=least, most=most)
        return value

    def flag(self, field: str) -> bool:
        """True or false; false when the field is not there."""
        value = self.fields.get(field, False)
        if not isinstance(value, bool):
            raise self.refused("followup.flag", field)
        return value

    def choice(self, field: str, allowed_words: Iterable[str]) -> str:
        """One word out of `allowed_words`."""
        allowed = tuple(allowed_words)
        if self.fields[field] not in allowed:
            raise self.refused("followup.choice", field, known=", ".join(allowed))
        return str(self.fields[field])

    def choices(
        self, field: str, allowed_words: Iterable[str], least: int, most: int
    ) -> tuple[str, ...]:
        """A list of `least` up to `most` different words out of `allowed_words`."""
        words = tuple(self._list(field, least, most))
        allowed = tuple(allowed_words)
        if not all(word in allowed for word in words) or len(set(words)) < len(words):
            raise self.refused("followup.choice", field, known=", ".join(allowed))
        return words

    def keys(self, field: str, most: int) -> tuple[str, ...]:
        """A list of at most `most` keys; empty when the field is not there."""
        words = tuple(self._list(field, 0, most)) if field in self.fields else ()
        for word in words:
            if not isinstance(word, str) or not _KEY.fullmatch(word):
                raise self.refused("followup.key", field, value=shown(str(word)))
        return words

    def table(self, field: str) -> Table:
        """The table called `field`."""
        if not isinstance(self.fields[field], dict):
            raise self.refused("followup.table", field)
        path = (*self.path, (field, 0))
        return Table(self.file, self.fields[field], f"{self.place}, {field}", path)

    def tables(self, field: str, least: int, most: int) -> tuple[Table, ...]:
        """The tables under ``[[field]]``, of which there are `least` up to `most`."""
        return tuple(
            self._inner(field, number, item if isinstance(item, dict) else {})
            for number, item in enumerate(self._list(field, least, most))
        )

    def _inner(self, field: str, number: int, fields: Mapping[str, Any]) -> Table:
        key = fields.get("key")
        named = f" ({shown(key)})" if isinstance(key, str) else ""
        place = f"{self.place}, {field} {number + 1}{named}"
        return Table(self.file, fields, place, (*self.path, (field, number)))

    def _list(self, field: str, least: int, most: int) -> list[Any]:
        items = self.fields[field]
        if not isinstance(items, list) or not least <= len(items) <= most:
            count = len(items) if isinstance(items, list) else 0
            raise self.refused("followup.count", field, count=count, least=least, most=most)
        return items

    def _text(self, value: object, field: str, most: int) -> Text:
        if (
            not isinstance(value, dict)
            or FIRST_LANGUAGE not in value
            or not all(_LANGUAGE.fullmatch(language) for language in value)
        ):
            raise self.refused("followup.texts", field)
        for language, text in value.items():
            if not _is_line(text, most):
                raise self.refused("followup.text", field, language=language, most=most)
        return {language: text.strip() for language, text in value.items()}


def _is_line(text: object, most: int) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= most and text.strip().isprintable()


def read(name: str, folder: Path | None = None) -> Table:
    """The file called `name` out of `folder`, or the default when it is not there.

    Raises
    ------
    InputRefused
        When the file in `folder` cannot be read or is no TOML.
    """
    try:
        own = folder is not None and (folder / name).exists()
    except OSError:
        raise InputRefused("file.not_readable", name=shown(name)) from None
    path = folder / name if folder is not None and own else DEFAULTS / name
    return parse(decode(read_bytes(path), path.name), path.name)


def parse(text: str, name: str) -> Table:
    """The top-level table of `text`; `name` is the file's name, for the refusal.

    Raises
    ------
    InputRefused
        When it is no TOML, or its letters were garbled by an earlier program.
    """
    file = ContentFile(name, text.replace("\r\n", "\n").replace("\r", "\n"))
    return Table(file, parse_toml_text(file.text, name), shown(name))
