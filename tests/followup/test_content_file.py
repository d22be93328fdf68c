"""Where an own file is found, and which line of it a refusal names."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import InputRefused
from monitor.followup import methods
from monitor.followup.content_file import parse
from monitor.followup.library import library
from tests.followup.own_files import OWN_METHODS, changed, refusal, sentence


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes = 6", 'minutes = "6"'),
        ('key = "luisteren"', 'key = "praten"'),
        ('text.nl = "Wat herken je?"', 'text.en = "What?"'),
        ("people = [3, 8]", "people = [8, 3]"),
        ('url = "https', 'link = "https'),
        ('when = "stable"', 'when = "never"'),
    ],
)
def test_the_line_in_the_sentence_is_the_line_in_the_file(old: str, new: str) -> None:
    refused = refusal(methods.build, methods.FILE, changed(OWN_METHODS, old, new))

    assert refused.words["line"] == _line_of(old)


def test_what_is_missing_is_looked_for_where_its_table_begins() -> None:
    wrong = changed(OWN_METHODS, 'purpose.nl = "Samen luisteren."\n', "")

    refused = refusal(methods.build, methods.FILE, wrong)

    assert refused.words["line"] == _line_of('[[method]]\nkey = "luisteren"')


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / methods.FILE).mkdir()

    with pytest.raises(InputRefused) as caught:
        methods.load(tmp_path)

    assert caught.value.key.startswith("file.")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('version = "1"', 'version = "1', "toml.syntax"),
        ('version = "1"', "version = \u201c1\u201d", "toml.curly"),
        ('version = "1"', 'version = "1"\nversion = "2"', "toml.twice"),
        ("Een collega.", "Een coll\u00c3\u00a9ga.", "toml.garbled"),
    ],
)
def test_what_is_no_toml_is_refused_as_in_every_own_file(old: str, new: str, key: str) -> None:
    with pytest.raises(InputRefused) as caught:
        parse(changed(OWN_METHODS, old, new), methods.FILE)

    assert caught.value.key == key
    assert "methods.toml" in sentence(caught.value)


def test_an_own_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    shipped = library(tmp_path)
    own = tmp_path / methods.FILE
    own.write_text(OWN_METHODS, encoding="utf-8")

    assert library(tmp_path).methods.methods[0].key == "praten"
    assert library(tmp_path).cards == shipped.cards
    own.write_text(changed(OWN_METHODS, "minutes = 6", "minutes = 9"), encoding="utf-8")
    with pytest.raises(InputRefused):
        library(tmp_path)


def test_an_own_file_with_windows_line_ends_counts_lines_alike(tmp_path: Path) -> None:
    wrong = changed(OWN_METHODS, "minutes = 6", "minutes = 0")
    (tmp_path / methods.FILE).write_bytes(wrong.replace("\n", "\r\n").encode("utf-8"))

    with pytest.raises(InputRefused) as caught:
        methods.load(tmp_path)

    assert caught.value.words["line"] == _line_of("minutes = 6")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / methods.FILE).write_bytes(b'version = "\xff\xfe\x00"')

    with pytest.raises(InputRefused):
        methods.load(tmp_path)


def _line_of(words: str) -> int:
    """The line on which `words` stand first in the file that is right."""
    return OWN_METHODS[: OWN_METHODS.index(words)].count("\n") + 1
