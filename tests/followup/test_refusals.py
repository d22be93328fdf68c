"""A file of the organisation that is wrong is refused, and the sentence says how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.followup import cards, dilemmas, methods
from monitor.followup.content_file import parse
from monitor.locale import FOLDER
from tests.followup.own_files import (
    OWN_CARDS,
    OWN_DILEMMAS,
    OWN_METHODS,
    THREE,
    changed,
    refusal,
    sentence,
)


def test_an_own_file_in_dutch_alone_is_enough() -> None:
    book = methods.build(parse(OWN_METHODS, methods.FILE))

    assert [method.key for method in book.methods] == ["praten", "luisteren", "vragen"]
    assert book.method("praten").steps[0].text == {"nl": "Je mag passen."}
    assert len(dilemmas.build(parse(OWN_DILEMMAS, dilemmas.FILE)).dilemmas) == 1
    assert len(cards.build(parse(OWN_CARDS, cards.FILE)).cards) == 1


@pytest.mark.parametrize(
    ("old", "new", "key", "names"),
    [
        ('url = "https', 'link = "https', "unknown", ["link", "source 1"]),
        ('purpose.nl = "Samen praten."\n', "", "missing", ["method 1 (praten)", "purpose"]),
        ('key = "praten"', 'key = "Praten!"', "key", ["method 1", "Praten!"]),
        ('key = "luisteren"', 'key = "praten"', "double", ["method 2 (praten)", "praten"]),
        ('text.nl = "Wat herken je?"', 'text.en = "What?"', "texts", ["step 2", "text.nl"]),
        ('title.nl = "Praten"', 'title = "Praten"', "texts", ["method 1 (praten)", "title.nl"]),
        ('title.nl = "Ronde"', 'title.nl = "  "', "text", ["step 2", "(nl)", "60"]),
        (
            'title.nl = "Ronde"',
            'title = { nl = "Ronde", en = "' + 61 * "x" + '" }',
            "text",
            ["step 2", "(en)", "60"],
        ),
        ('version = "1"', "version = 1", "line", ["version", "20"]),
        ("https://example.org", "http://example.org", "address", ["source 1", "https://"]),
        ("minutes = 6", 'minutes = "6"', "number", ["step 2", "1", "240"]),
        ("leader_may_lead = true", 'leader_may_lead = "ja"', "flag", ["leader_may_lead", "true"]),
        ('part = "opening"', 'part = "begin"', "choice", ["step 1", "opening, close"]),
        (
            '[opening]\ntitle.nl = "Opening"\ntext.nl = "Je mag passen."',
            '[[opening]]\ntitle.nl = "Opening"',
            "table",
            ["opening", "[opening]"],
        ),
        ('avoid = [{ nl = "Stemmen." }]', "avoid = []", "count", ["avoid", "0", "1", "10"]),
        ("people = [3, 8]", "people = [8, 3]", "people", ["people", "[3, 8]"]),
        ("people = [3, 8]", "people = 8", "people", ["people", "[3, 8]"]),
        ("minutes = 6", "minutes = 7", "minutes", ["method 1 (praten)", "11", "10"]),
        ('when = "several"', 'when = "falls"', "advice_double", ["advice 2", "falls"]),
        (
            'when = "falls"',
            'when = "falls"\nthemes = ["druk"]',
            "advice_missing",
            ["methods.toml", "falls"],
        ),
        (THREE, '"praten", "luisteren"', "count", ["advice 1", "2", "3"]),
        (THREE, '"praten", "luisteren", "praten"', "choice", ["advice 1", "praten, luisteren"]),
        (THREE, '"praten", "luisteren", "borrel"', "choice", ["advice 1", "methods"]),
        ('levels = ["team"]', 'levels = ["klant"]', "choice", ["levels", "organisation"]),
        (
            'levels = ["team"]',
            'levels = ["team"]\nstatements = ["Te druk"]',
            "key",
            ["statements", "Te druk"],
        ),
    ],
)
def test_a_wrong_methods_file_is_refused(old: str, new: str, key: str, names: list[str]) -> None:
    refused = refusal(methods.build, methods.FILE, changed(OWN_METHODS, old, new))

    assert refused.key == f"followup.{key}"
    for language in ("nl", "en"):
        assert all(name in sentence(refused, language) for name in names)


@pytest.mark.parametrize(
    ("old", "new", "key", "names"),
    [
        ("2026-07-01", '"juli"', "day", ["law_of", "2026-07-01"]),
        ("2026-07-01", "2026-07-01T10:00:00", "day", ["law_of"]),
        ("Het is vijf uur.", "woord " * 91, "words", ["dilemma 1 (haast)", "(nl)", "91", "90"]),
        (', { nl = "Hoe?" }', "", "count", ["questions", "2", "3"]),
        (', { nl = "goed" }', "", "count", ["values", "1", "2"]),
        ('principles = ["zorg"]', 'principles = ["haast"]', "choice", ["principles", "zorg"]),
        ('[[dilemma.law]]\ntext.nl = "Zoek het uit."\nsource = "Awb 3:2"', "", "missing", ["law"]),
    ],
)
def test_a_wrong_dilemma_file_is_refused(old: str, new: str, key: str, names: list[str]) -> None:
    refused = refusal(dilemmas.build, dilemmas.FILE, changed(OWN_DILEMMAS, old, new))

    assert refused.key == f"followup.{key}"
    for language in ("nl", "en"):
        assert all(name in sentence(refused, language) for name in names)


@pytest.mark.parametrize(
    ("old", "new", "key", "names"),
    [
        ('kind = "card"', 'kind = "poster"', "choice", ["card 1 (kaart)", "card, page, sheet"]),
        ('lines = [{ nl = "Luister." }]', "lines = []", "count", ["section 1", "lines"]),
        ("source = []\n", "", "missing", ["card 1 (kaart)", "source"]),
    ],
)
def test_a_wrong_card_file_is_refused(old: str, new: str, key: str, names: list[str]) -> None:
    refused = refusal(cards.build, cards.FILE, changed(OWN_CARDS, old, new))

    assert refused.key == f"followup.{key}"
    for language in ("nl", "en"):
        assert all(name in sentence(refused, language) for name in names)


def test_every_refusal_is_called_by_a_test() -> None:
    source = Path(__file__).read_text("utf-8")
    catalog = (FOLDER / "nl" / "followup.po").read_text("utf-8")

    for key in re.findall(r'^msgid "followup\.([a-z_]+)"', catalog, re.MULTILINE):
        assert f'"{key}"' in source
