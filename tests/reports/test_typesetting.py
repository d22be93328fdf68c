"""The typesetter: which letters it prints, and that it fetches nothing and keeps nothing."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import InputRefused
from monitor.reports import printable, typesetting, typst_process

DAY = date(2026, 11, 3)


@pytest.mark.slow
def test_the_list_of_letters_is_that_of_the_fonts() -> None:
    covered: set[int] = set()
    families = set()
    for file in typesetting.FONTS.glob("*.ttf"):
        with TTFont(file) as font:
            covered |= set(font.getBestCmap())
            families.add(str(font["name"].getBestFamilyName()))
    ranges = (line.split("-") for line in printable.COVERED.read_text("ascii").split())
    listed = {code for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1)}
    assert listed == covered
    assert {name.partition(" Semibold")[0] for name in families} == set(printable.FAMILIES)


def test_every_family_comes_with_its_licence() -> None:
    licences = [file.read_text("utf-8") for file in typesetting.FONTS.glob("OFL-*.txt")]
    assert len(licences) == 2
    (apache,) = typesetting.FONTS.glob("Apache-2.0-*.txt")
    assert "Apache License" in apache.read_text("utf-8")
    assert all("SIL OPEN FONT LICENSE Version 1.1" in text for text in licences)


@given(st.text())
def test_what_is_printed_is_covered_and_never_turns_what_follows(words: str) -> None:
    for letter in printable.text(words):
        assert printable.is_covered(letter) or letter in "\n\t \xa0"
        assert unicodedata.bidirectional(letter) not in {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI"}


NAMES = (
    "\u015e\u00fckr\u00fc Y\u0131ld\u0131z",
    "Łucja Đorđić",
    "Мария",
    "עברית",
    "عربي",
    "ⵣ",
    "漢字",
    "ひらがな",
    "한국",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_keeps_its_letters(name: str) -> None:
    assert printable.text(name) == name


def test_a_letter_without_a_font_leaves_a_mark() -> None:
    assert printable.text("\U00013000") == printable.REPLACEMENT


def test_a_cluster_without_a_font_leaves_a_mark_too() -> None:
    texts = ("count", "fingerprint_title", "fingerprint")
    data = dict.fromkeys(texts, "") | {
        "title": "x\u0336\u0489 a\u0301\u0e31",
        "language": "nl",
        "owner": "ก\u0301",
        "code_title": "-",
        "groups": ["0000"],
        "columns": 1,
        "group_column": "{column}",
        "sentences": [],
    }
    data |= {"year": DAY.year, "month": DAY.month, "day": DAY.day}
    assert typst_process.compiled("recovery_sheet", data).startswith(b"%PDF")


def test_no_template_imports_a_package_or_holds_a_sentence() -> None:
    for template in typesetting.TEMPLATES.glob("*.typ"):
        source = template.read_text("utf-8")
        assert "@preview" not in source
        assert "import" not in source


def test_a_document_that_cannot_be_set_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputRefused) as refused:
        typesetting.pdf("recovery_sheet", {"title": "only"}, DAY)
    assert refused.value.key == "report.typesetter"
