"""The contacts people can turn to, as written in the file ``help.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.errors import InputRefused

FIRST_LANGUAGE = "nl"
STALE_AFTER = timedelta(183)
"""Half a year: a number nobody has tried since may be wrong."""
LONGEST = 200
_KNOWN = frozenset({"for", "name", "number", "url", "checked_on"})


class Need(StrEnum):
    """When a contact is the right one."""

    DANGER = "danger"
    AGGRESSION = "aggression"
    INTEGRITY = "integrity"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call: a name per language, a number, perhaps an address on the web."""

    need: Need
    name: Mapping[str, str]
    number: str
    url: str
    checked_on: date

    def is_stale(self, today: date) -> bool:
        """Whether it was checked more than half a year ago."""
        return today - self.checked_on > STALE_AFTER

    def said(self, language: str) -> str:
        """The name in a language, else in Dutch."""
        return self.name.get(language, self.name[FIRST_LANGUAGE])

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it."""
        return "".join(symbol for symbol in self.number if symbol.isdigit() or symbol == "+")


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


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[Contact, ...]:
    """Read the file once for every time it was changed; it stands on every page."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except ValueError:
        raise InputRefused("help.syntax", name=path.name) from None
    contacts = given.get("contact")
    if set(given) != {"contact"} or not isinstance(contacts, list) or not contacts:
        raise InputRefused("help.empty", name=path.name)
    return tuple(_contact(each, number, path.name) for number, each in enumerate(contacts, 1))


def stale(contacts: tuple[Contact, ...], today: date) -> tuple[Contact, ...]:
    """The contacts that need checking."""
    return tuple(contact for contact in contacts if contact.is_stale(today))


def _contact(given: Any, number: int, name: str) -> Contact:
    faulty = InputRefused("help.contact", number=number, name=name)
    if not isinstance(given, dict) or not set(given) <= _KNOWN:
        raise faulty
    names, checked = given.get("name"), given.get("checked_on")
    if given.get("for") not in set(Need) or not isinstance(names, dict):
        raise faulty
    told = [*names.values(), given.get("number", ""), given.get("url", "")]
    if FIRST_LANGUAGE not in names or not all(_is_line(each) for each in told):
        raise faulty
    url = given.get("url", "")
    # A datetime is a date too, but not one that can be compared with a day.
    if type(checked) is not date or not (given.get("number") or url):
        raise faulty
    if url and not url.startswith("https://"):
        raise faulty
    return Contact(Need(given["for"]), names, given.get("number", ""), url, checked)


def _is_line(text: object) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST and (not text or text.isprintable())
