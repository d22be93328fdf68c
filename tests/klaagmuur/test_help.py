"""The signposts: the file that comes along, and what is wrong with others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.config.folders import DEFAULTS
from monitor.errors import InputRefused
from monitor.klaagmuur import help
from monitor.klaagmuur.contacts import NATIONAL

GOOD = """
[[contact]]
for = "talk"
name.nl = "Vertrouwenspersoon"
number = "14 0999"
checked_on = 2026-05-01
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "help.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_file_that_comes_along_has_the_national_numbers_only() -> None:
    contacts = help.load(DEFAULTS / "help.toml")

    assert {contact.dialled for contact in contacts} == NATIONAL
    assert all(contact.name_in("en") for contact in contacts)
    assert "112" in {contact.dialled for contact in contacts}


def test_after_half_a_year_a_number_needs_a_call(tmp_path: Path) -> None:
    contacts = help.load(write(tmp_path, GOOD))

    assert help.stale(contacts, date(2026, 10, 31)) == ()
    assert help.stale(contacts, date(2026, 11, 1)) == contacts
    assert contacts[0].name_in("en") == "Vertrouwenspersoon"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "help.empty"),
        ("[[contact", "toml.syntax"),
        ("[[contacts]]\n", "help.empty"),
        (GOOD.replace("talk", "praten"), "help.contact"),
        (GOOD.replace("name.nl", "name.en"), "help.contact"),
        (GOOD.replace('number = "14 0999"', ""), "help.contact"),
        (GOOD.replace('number = "14 0999"', 'url = "http://x"'), "help.contact"),
        (GOOD.replace("2026-05-01", '"gisteren"'), "help.contact"),
        (GOOD.replace("2026-05-01", "2026-05-01T10:00:00"), "help.contact"),
        (GOOD + 'colour = "red"', "help.contact"),
        (GOOD.replace('"14 0999"', "140999"), "help.contact"),
        (GOOD.replace('"14 0999"', '"bel ons"'), "help.contact"),
        (GOOD + 'url = "https://een adres"', "help.contact"),
        (GOOD.replace("Vertrouwenspersoon", "x" * 201), "help.contact"),
        (GOOD.replace("Vertrouwenspersoon", " "), "help.contact"),
    ],
)
def test_a_wrong_file_is_refused_in_words(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        help.load(write(tmp_path, text))
    assert refused.value.key == key


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        help.load(tmp_path / "help.toml")
    assert refused.value.key == "help.missing"


def test_what_is_in_the_file_and_what_is_typed_become_the_same_contact(tmp_path: Path) -> None:
    text = (
        GOOD.replace("Vertrouwenspersoon", "  Sam   de Wit ") + 'name.en = " "\nurl = " https://x "'
    )

    (read,) = help.load(write(tmp_path, text))

    names = {"nl": "Sam de Wit", "en": ""}
    assert read == help.contact(help.Need.TALK, names, "14 0999", "https://x", date(2026, 5, 1))
    assert read.name_in("en") == "Sam de Wit"
