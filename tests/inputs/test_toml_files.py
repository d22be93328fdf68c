"""TOML files are read in one place, whatever program saved them."""

from __future__ import annotations

import tomllib
import tracemalloc
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.access import sso_rules
from monitor.climate.history_names import read_names
from monitor.config import branding
from monitor.config.folders import DEFAULTS
from monitor.errors import InputRefused, Refusal
from monitor.inputs.toml_files import MOST_CHARACTERS, parse_toml
from monitor.klaagmuur import contacts, help
from monitor.locale import texts
from monitor.pulse import questionnaire

EXAMPLES = DEFAULTS / "examples"
FILES: dict[str, tuple[Path, Callable[[Path], object]]] = {
    "help": (DEFAULTS / "help.toml", help.load),
    "questionnaire": (DEFAULTS / "questionnaire.toml", questionnaire.load),
    "branding": (EXAMPLES / "look.toml", branding.read),
    "single sign-on": (EXAMPLES / "sso.toml", sso_rules.load),
}
MAP = '[columns]\n"Vraag één" = "fijn"\n[units]\n"Súdwâld" = "oost"\n'
SAVED: dict[str, Callable[[str], bytes]] = {
    "with a mark": lambda text: text.encode("utf-8-sig"),
    "as UTF-16": lambda text: text.encode("utf-16"),
    "as Windows-1252": lambda text: text.encode("cp1252"),
    "on Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "on an old Mac": lambda text: text.replace("\n", "\r").encode(),
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
}


@pytest.mark.parametrize("saved", SAVED)
@pytest.mark.parametrize("kind", FILES)
def test_a_file_reads_the_same_whatever_saved_it(kind: str, saved: str, tmp_path: Path) -> None:
    source, load = FILES[kind]
    file = tmp_path / source.name
    file.write_bytes(SAVED[saved](source.read_text("utf-8")))

    assert load(file) == load(source)


@pytest.mark.parametrize("saved", SAVED)
def test_a_map_reads_the_same_whatever_saved_it(saved: str) -> None:
    assert read_names(SAVED[saved](MAP), "map.toml") == read_names(MAP.encode(), "map.toml")


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b'a = "1"\nb = \xe2\x80\x9ctwee\xe2\x80\x9d\n', "toml.curly"),
        (b'a = "1"\nb \xc2\xa0= "2"\n', "toml.odd_blank"),
        (b'a = "1"\nb\n', "toml.syntax"),
        (b'a = "1"\na = "2"\n', "toml.twice"),
        ('a = "1"\nb = "Súdwâld"'.encode().decode("cp1252").encode(), "toml.garbled"),
        ("# één\nb = '\x81'".encode("latin-1"), "file.encoding"),
    ],
)
def test_a_refusal_names_file_and_line(kind: str, content: bytes, key: str, tmp_path: Path) -> None:
    source, load = FILES[kind]
    file = tmp_path / source.name
    file.write_bytes(content)

    with pytest.raises(Refusal) as refused:
        load(file)

    assert refused.value.key == key
    for language in ("nl", "en"):
        sentence = texts(language)(key, **refused.value.words)
        assert source.name in sentence
        assert "2" in sentence


def test_a_deeply_nested_file_is_refused() -> None:
    with pytest.raises(Refusal):
        parse_toml(b"a = " + b"[" * 50_000, "a.toml")


def test_emergency_numbers_stay_when_the_file_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "help.toml"
    file.write_bytes(b"[[contact\n")

    shown = [contact.number for contact in contacts.shown_in(None, file)]

    assert {"112", "0800-0113"} <= set(shown)
    assert contacts.EXAMPLE not in shown


def test_a_group_has_no_blank_that_nobody_sees(tmp_path: Path) -> None:
    file = tmp_path / "sso.toml"
    file.write_text(
        '[[rules]]\ngroup = "klimaat\u00a0beheer \u200b"\nrole = "beheerder"\n', "utf-8"
    )

    assert sso_rules.load(file).rules[0].group == "klimaat beheer"


LONG = 2_000


@pytest.mark.parametrize(
    "name",
    ["a" + ".b" * LONG, "a" + " . b" * LONG, '"\\""' + '."\\""' * LONG, "'a'" + ".'b'" * LONG],
)
@pytest.mark.parametrize("line", ["{name} = 1", "[{name}]", "x = {{ {name} = 1 }}"])
def test_a_name_of_thousands_of_parts_takes_no_memory(name: str, line: str) -> None:
    """A file of 200 kB with one such name stopped the whole server."""
    with pytest.raises(InputRefused) as refused:
        parse_toml(f"# one\n{line.format(name=name)}\n".encode(), "own.toml")
    assert refused.value.key == "toml.syntax"
    assert refused.value.words["line"] == 2


def test_the_control_the_reader_keeps_every_beginning_of_a_name() -> None:
    tracemalloc.start()
    tomllib.loads("a" + ".b" * LONG + " = 1")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak > LONG * LONG  # and it is some gigabytes for a name of 32,000 parts


def test_a_file_is_no_larger_than_anybody_writes_and_prose_is_no_name() -> None:
    assert parse_toml(b'text.nl = "Een.twee.drie. Vier, vijf.zes. Ja. Nee. Ja. Nee. Ja."', "x")
    with pytest.raises(InputRefused) as refused:
        parse_toml(b"# " + b"a" * MOST_CHARACTERS, "own.toml")
    assert refused.value.key == "toml.large"
