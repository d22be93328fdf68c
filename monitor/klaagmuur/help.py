"""Contacts people can turn to: what one is, and those in the file ``help.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.errors import InputRefused
from monitor.inputs.toml_files import load_toml

FIRST_LANGUAGE = "nl"
STALE_AFTER = timedelta(183)
"""Half a year: a number nobody has tried since may be wrong."""
LONGEST = 200
"""Characters of a name, number or address."""
_FIELDS = frozenset({"for", "name", "number", "url", "checked_on"})


class Need(StrEnum):
    """When a contact is the right one."""

    DANGER = "danger"
    AGGRESSION = "aggression"
    INTEGRITY = "integrity"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to turn to: a name per language, a telephone number, a web address, or both."""

    need: Need
    name: Mapping[str, str]
    number: str
    url: str
    checked_on: date

    def is_stale(self, today: date) -> bool:
        """Whether it was checked more than half a year ago."""
        return today - self.checked_on > STALE_AFTER

    def name_in(self, language: str) -> str:
        """The name in a language; in Dutch where there is none."""
        return self.name.get(language, self.name[FIRST_LANGUAGE])

    @property
    def dialled(self) -> str:
        """The number as it goes into a ``tel:`` link."""
        return "".join(symbol for symbol in self.number if symbol.isdigit() or symbol == "+")


def contact(
    need: Need, names: Mapping[str, str], number: str, url: str, checked_on: date
) -> Contact:
    """A contact as it was typed or read, with its spaces tidied.

    Raises
    ------
    InputRefused
        When it has no Dutch name, nothing to reach it by, or a value that cannot be right.
    """
    spaced = {language: " ".join(name.split()) for language, name in names.items()}
    spaced = {language: name for language, name in spaced.items() if name}
    number, url = " ".join(number.split()), url.strip()
    lines = (*spaced.values(), number, url)
    if FIRST_LANGUAGE not in spaced or not all(_fits(line) for line in lines):
        raise InputRefused("contact.name", most=LONGEST)
    if number and not any(symbol.isdigit() for symbol in number):
        raise InputRefused("contact.number")
    if not number and not url:
        raise InputRefused("contact.nothing")
    if url and (not url.startswith("https://") or any(symbol.isspace() for symbol in url)):
        raise InputRefused("contact.url")
    return Contact(need, spaced, number, url, checked_on)


def load(path: Path) -> tuple[Contact, ...]:
    """Every contact in the file, in its order.

    Raises
    ------
    InputRefused
        When the file is missing, is no TOML, or a contact in it is not as it should be.
    """
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        raise InputRefused("help.missing", name=path.name) from None


def stale(contacts: tuple[Contact, ...], today: date) -> tuple[Contact, ...]:
    """The contacts that need checking."""
    return tuple(each for each in contacts if each.is_stale(today))


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[Contact, ...]:
    """Read the file once for every time it was changed; it is on every page."""
    parsed = load_toml(path)
    entries = parsed.get("contact")
    if set(parsed) != {"contact"} or not isinstance(entries, list) or not entries:
        raise InputRefused("help.empty", name=path.name)
    contacts: list[Contact] = []
    for number, entry in enumerate(entries, 1):
        try:
            contacts.append(_contact(entry))
        except (InputRefused, ValueError, TypeError):
            raise InputRefused("help.contact", number=number, name=path.name) from None
    return tuple(contacts)


def _contact(entry: Any) -> Contact:
    """The contact in one table of the file; ValueError or TypeError when it is none."""
    if not isinstance(entry, dict) or not set(entry) <= _FIELDS:
        raise TypeError
    names, checked_on = entry.get("name"), entry.get("checked_on")
    number, url = entry.get("number", ""), entry.get("url", "")
    # A datetime is a date too, but not one that can be compared with a day.
    if not isinstance(names, dict) or type(checked_on) is not date:
        raise TypeError
    if not all(isinstance(text, str) for text in (*names.values(), number, url)):
        raise TypeError
    return contact(Need(entry.get("for", "")), names, number, url, checked_on)


def _fits(line: str) -> bool:
    return len(line) <= LONGEST and (not line or line.isprintable())
