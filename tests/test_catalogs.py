"""The sentences: complete in every language, each one used, each one called with its words."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from monitor.config.settings import ROOT
from monitor.errors import Refusal
from monitor.locale import DEFAULT, DOMAINS, FOLDER, PluralSentence, languages, texts

SOURCES = (ROOT / "monitor", ROOT / "app.py")
KEY_AT = {"t": 0, "Finding": 0, "Fault": 0, "Phrase": 0, "say": 1}
"""Names that are called with the key of a sentence, and at which place; refusals take it first."""
IN_TEMPLATE = re.compile(r"""["']([a-z_]+(?:\.[a-z0-9_]+)+)["']""")
SHOUTING = re.compile("[!\N{GRINNING FACE}-\N{PERSON WITH FOLDED HANDS}]")


@dataclass(frozen=True)
class Call:
    """A place in the code that names a sentence."""

    where: str
    key: str
    words: frozenset[str]
    open_ended: bool
    """Whether more words may be given than can be seen (``**words``)."""
    raw_period: bool
    """Whether its ``period`` is written as 2026-11, not as a month."""


@cache
def catalog(language: str, domain: str) -> tuple[Message, ...]:
    """The sentences of one file."""
    with (FOLDER / language / f"{domain}.po").open("rb") as handle:
        return tuple(m for m in read_po(handle, locale=language) if m.id)


@cache
def sentences(language: str) -> dict[str, tuple[str, ...]]:
    """Every sentence of a language: its name, and its form or forms."""
    return {
        (m.id if isinstance(m.id, str) else m.id[0]): (
            (m.string,) if isinstance(m.string, str) else tuple(m.string or ())
        )
        for domain in DOMAINS
        for m in catalog(language, domain)
    }


def placeholders(form: str) -> set[str]:
    """The names between braces."""
    return {name for _, name, _, _ in Formatter().parse(form) if name is not None}


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of the program, parsed."""
    files = [f for s in SOURCES for f in (sorted(s.rglob("*.py")) if s.is_dir() else [s])]
    return tuple((f, ast.parse(f.read_text("utf-8"))) for f in files)


@cache
def in_templates() -> frozenset[str]:
    """Every string in a template that looks like the name of a sentence."""
    files = (ROOT / "monitor").rglob("*.html")
    return frozenset(k for f in files for k in IN_TEMPLATE.findall(f.read_text("utf-8")))


def refusals(kind: type[Refusal] = Refusal) -> Iterator[str]:
    """The names of all refusals."""
    yield kind.__name__
    for narrower in kind.__subclasses__():
        yield from refusals(narrower)


def calls() -> Iterator[Call]:
    """Every call in the code that names a sentence outright."""
    key_at = dict.fromkeys(refusals(), 0) | KEY_AT
    for file, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = key_at.get(name)
            if place is None or len(node.args) <= place:
                continue
            argument = node.args[place]
            key = argument.value if isinstance(argument, ast.Constant) else None
            if isinstance(key, str):
                unpacked = any(k.arg is None for k in node.keywords)
                yield Call(
                    where=f"{file.relative_to(ROOT)}:{node.lineno}",
                    key=key,
                    words=frozenset(k.arg for k in node.keywords if k.arg),
                    open_ended=len(node.args) > place + 1 or unpacked,
                    raw_period=any(
                        k.arg == "period" and not ast.unparse(k.value).startswith("Month(")
                        for k in node.keywords
                    ),
                )


def mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """All strings in the code, and a pattern for each string with values in it."""
    plain: set[str] = set(in_templates())
    patterns = []
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                plain.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z0-9_.]+"
                    for p in node.values
                ]
                patterns.append(re.compile("".join(parts)))
    return plain, [p for p in patterns if r"\." in p.pattern]


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_sentence_is_written_once(language: str) -> None:
    files = (FOLDER / language / f"{domain}.po" for domain in DOMAINS)
    written = [re.findall(r'(?m)^msgid "(.+)"$', file.read_text("utf-8")) for file in files]

    names = Counter(name for each in written for name in each)

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_language_has_exactly_the_same_sentences(domain: str) -> None:
    expected = {m.id for m in catalog(DEFAULT, domain)}
    for language in languages():
        assert {m.id for m in catalog(language, domain)} == expected


def test_every_file_is_read() -> None:
    for language in languages():
        assert {file.stem for file in (FOLDER / language).glob("*.po")} == set(DOMAINS)


def test_no_name_is_given_twice() -> None:
    for language in languages():
        names = Counter(str(m.id) for domain in DOMAINS for m in catalog(language, domain))
        assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("language", languages())
def test_every_number_has_its_plural_form(language: str) -> None:
    for key, sentence in texts(language).sentences.items():
        if isinstance(sentence, PluralSentence):
            chosen = {sentence.rule(n) for n in range(1000)}
            assert chosen == set(range(len(sentence.forms))), key


@pytest.mark.parametrize("language", languages())
def test_every_sentence_is_written_calmly(language: str) -> None:
    for key, forms in sentences(language).items():
        assert forms, key
        for form in forms:
            assert form.strip(), key
            assert form == form.strip(), key
            assert not SHOUTING.search(form), key


def test_every_language_fills_in_the_same_words() -> None:
    for key, forms in sentences(DEFAULT).items():
        expected = set().union(*map(placeholders, forms))
        for language in languages():
            names = set().union(*map(placeholders, sentences(language)[key]))
            assert names == expected, key
            assert all(name.isidentifier() for name in names), key


@pytest.mark.slow
def test_every_sentence_the_code_names_exists_and_gets_its_words() -> None:
    catalog_sentences = sentences(DEFAULT)
    named = list(calls())
    assert len(named) > 50
    assert [
        f"{call.where}: {call.key}" for call in named if call.key not in catalog_sentences
    ] == []
    short = [
        f"{call.where}: {call.key} also needs {missing}"
        for call in named
        if not call.open_ended
        and (missing := set().union(*map(placeholders, catalog_sentences[call.key])) - call.words)
    ]
    assert short == []


def test_a_month_is_written_out_but_where_it_is_to_be_typed() -> None:
    """2026-11 stands in a command only, or for the cell of a file that holds it."""
    catalog_sentences = sentences(DEFAULT)
    raw = [call for call in calls() if call.raw_period]
    assert {call.key for call in raw} > {"round.key_missing", "round.ballots_changed"}
    assert {
        call.key
        for call in raw
        for form in catalog_sentences[call.key]
        if "{period}" in re.sub(r"round [a-z-]+ \{period\}", "", form)
    } == {"history.future"}


def test_every_sentence_a_template_names_exists() -> None:
    catalog_sentences = sentences(DEFAULT)
    named = {key for key in in_templates() if not key.endswith((".html", ".css"))}
    assert named - catalog_sentences.keys() == set()


@pytest.mark.slow
def test_no_sentence_is_left_over() -> None:
    plain, patterns = mentioned()
    unused = [
        key
        for key in sentences(DEFAULT)
        if key not in plain and not any(p.fullmatch(key) for p in patterns)
    ]
    assert unused == []
