"""This package holds every sentence people read, per language, and formats days and numbers.

Catalogs are gettext ``.po`` files, ``locale/<language>/<domain>.po``; message ids are names
such as ``pulse.spent.title``, never sentences. Adding a folder adds a language: how many plural
forms it has, and which number takes which, is in the ``Plural-Forms`` header of its catalogs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from operator import index
from pathlib import Path
from typing import SupportsIndex

from babel import Locale
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
DEFAULT = "nl"
DOMAINS = (
    "accessible",
    "actions",
    "admin",
    "agreed",
    "commands",
    "conversations",
    "dashboard",
    "delivery",
    "inputs",
    "followup",
    "klaagmuur",
    "method",
    "organisation",
    "questionnaires",
    "reading",
    "refusals",
    "reports",
    "results",
    "serving",
    "signals",
    "signin",
    "staff",
    "store",
    "toezicht",
)


@cache
def languages() -> tuple[str, ...]:
    """Every language that has a folder here, the default first."""
    codes = sorted(p.name for p in FOLDER.iterdir() if p.is_dir() and any(p.glob("*.po")))
    return tuple(sorted(codes, key=lambda code: code != DEFAULT))


def own_name(code: str) -> str:
    """What a language calls itself: "Nederlands", "English"."""
    return str(Locale(code).get_language_name(code)).capitalize()


class Phrase:
    """Part of a sentence, looked up in the language of the sentence it is filled in."""

    def __init__(self, key: str, **words: object) -> None:
        self.key = key
        self.words = words


class Localized:
    """Part of a sentence that is written otherwise in each language, such as a month."""

    def written(self, language: str) -> str:
        """What to fill in."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PluralSentence:
    """A sentence that is worded differently for different numbers.

    ``rule`` gives the place in ``forms`` for a number; it is the expression of the catalog's
    ``Plural-Forms`` header (GNU gettext manual, section "Plural forms").
    """

    forms: tuple[str, ...]
    rule: Callable[[int], int]

    def form(self, count: SupportsIndex) -> str:
        """The wording for a whole number."""
        return self.forms[self.rule(index(count))]


Sentence = str | PluralSentence


@dataclass(frozen=True)
class Texts:
    """All sentences of one language."""

    language: str
    sentences: Mapping[str, Sentence]

    def __call__(self, key: str, **words: object) -> str:
        """The sentence named `key`, its ``{placeholders}`` filled from `words`.

        Where the sentence has plural forms, ``words["count"]`` chooses one. A `Phrase` among the
        words is looked up first, a `Localized` one written out, and those of a tuple are listed.

        Raises
        ------
        KeyError
            When no sentence has that name, or one with plural forms gets no ``count``: a mistake
            in the program, which the tests find.
        """
        sentence = self.sentences[key]
        if isinstance(sentence, PluralSentence):
            count = words["count"]
            assert isinstance(count, SupportsIndex), key
            sentence = sentence.form(count)
        if not words:
            return sentence
        return sentence.format(**{name: self._written(word) for name, word in words.items()})

    def _written(self, word: object) -> object:
        """A word of a sentence as it stands in this language."""
        if isinstance(word, Phrase):
            return self(word.key, **word.words)
        if isinstance(word, Localized):
            return word.written(self.language)
        if isinstance(word, tuple):
            return ", ".join(str(self._written(each)) for each in word)
        return word

    def has(self, key: str) -> bool:
        """Whether a sentence has that name."""
        return key in self.sentences


@cache
def texts(language: str) -> Texts:
    """The sentences of `language`; those of the default language when there is no such folder."""
    code = language if language in languages() else DEFAULT
    sentences: dict[str, Sentence] = {}
    for domain in DOMAINS:
        file = FOLDER / code / f"{domain}.po"
        if file.exists():
            sentences.update(_read(file))
    return Texts(code, sentences)


def _read(file: Path) -> dict[str, Sentence]:
    with file.open("rb") as handle:
        catalog = read_po(handle, locale=file.parent.name)
    rule = c2py(catalog.plural_expr)
    sentences: dict[str, Sentence] = {}
    for message in catalog:
        text = message.string
        if isinstance(message.id, str) and message.id and isinstance(text, str):
            sentences[message.id] = text
        elif isinstance(message.id, tuple | list) and isinstance(text, tuple | list):
            sentences[message.id[0]] = PluralSentence(tuple(text), rule)
    return sentences
