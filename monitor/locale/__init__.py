"""The sentences people read, per language.

Catalogs are gettext ``.po`` files, ``locale/<language>/<domain>.po``; message ids are names
such as ``pulse.spent.title``, never sentences. Adding a language is adding its folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
DEFAULT = "nl"
DOMAINS = (
    "accessible",
    "beheer",
    "commands",
    "dashboard",
    "delivery",
    "klaagmuur",
    "method",
    "organisation",
    "refusals",
    "serving",
    "signals",
    "signin",
    "staff",
    "store",
)


@cache
def languages() -> tuple[str, ...]:
    """Every language that has a folder here, the default first."""
    found = sorted(p.name for p in FOLDER.iterdir() if p.is_dir() and any(p.glob("*.po")))
    return tuple(sorted(found, key=lambda code: code != DEFAULT))


def own_name(code: str) -> str:
    """What a language calls itself: "Nederlands", "English"."""
    return str(Locale(code).get_language_name(code)).capitalize()


@dataclass(frozen=True)
class Texts:
    """All sentences of one language."""

    language: str
    sentences: Mapping[str, str | tuple[str, str]]

    def __call__(self, key: str, **words: object) -> str:
        """The sentence named `key`, its ``{placeholders}`` filled from `words`.

        Where the sentence has a plural, ``words["count"]`` chooses the form.

        Raises
        ------
        KeyError
            When no sentence has that name: a mistake of ours, found by the tests.
        """
        found = self.sentences[key]
        if isinstance(found, tuple):
            found = found[0 if words.get("count") == 1 else 1]
        return found.format(**words) if words else found

    def has(self, key: str) -> bool:
        """Whether a sentence has that name."""
        return key in self.sentences


@cache
def texts(language: str) -> Texts:
    """The sentences of `language`; those of the default language when there is no such folder."""
    code = language if language in languages() else DEFAULT
    sentences: dict[str, str | tuple[str, str]] = {}
    for domain in DOMAINS:
        file = FOLDER / code / f"{domain}.po"
        if file.exists():
            sentences.update(_read(file))
    return Texts(code, sentences)


def _read(file: Path) -> dict[str, str | tuple[str, str]]:
    with file.open("rb") as handle:
        catalog = read_po(handle, locale=file.parent.name)
    found: dict[str, str | tuple[str, str]] = {}
    for message in catalog:
        text = message.string
        if isinstance(message.id, str) and message.id and isinstance(text, str):
            found[message.id] = text
        elif isinstance(message.id, tuple | list) and isinstance(text, tuple | list):
            found[message.id[0]] = (text[0], text[1])
    return found
