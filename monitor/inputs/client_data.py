"""What looks like data about a client, found before anything is sealed.

It marks and asks; it never blocks and keeps nothing. About nine in a hundred numbers of nine
digits pass the test of a BSN by chance, which is one reason to ask and not to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban
from stdnum.nl import bsn


class Kind(StrEnum):
    """What it looks like."""

    BSN = "bsn"
    EMAIL = "email"
    IBAN = "iban"
    PHONE = "phone"
    ADDRESS = "address"
    BORN = "born"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text, from `start` up to `end`, and what it looks like."""

    start: int
    end: int
    kind: Kind


OLD_ENOUGH = 14
"""A full date at least this many years ago is taken for a date of birth."""

_NOT_IN_NUMBER = r"(?<![\w.,/-])"
_BSN = re.compile(_NOT_IN_NUMBER + r"\d(?:[ .-]?\d){8}(?![\w/-]|[.,]\d)")
_AT = r"(?: ?@ ?| ?[\[(](?:at|apenstaartje)[\])] ?| apenstaartje )"
_EMAIL = re.compile(rf"[\w.+%-]{{1,64}}{_AT}[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Za-z]{2} ?\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}")
_DIALLED = re.compile(r"\(?(?:\+|0)")

_POSTCODE = r"[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}"
_HOUSE = r"\d{1,4}(?:[/-]?[a-zA-Z]{1,2}\b| [a-zA-Z]\b|-\d{1,3}| ?(?:bis|hs|rd))?"
_STREET = (
    r"(?:straat|laan|weg|plein|gracht|kade|singel|dijk|hof|pad|steeg|plantsoen|dreef|markt|wal|"
    r"boulevard|park|ring|burg|erf|haven|veld|kamp|horst)"
)
_ADDRESSES = (
    re.compile(rf"\b{_POSTCODE}\b[ ,]*(?:(?:nr|nummer|huisnr|huisnummer|no|op)\.? ?)?{_HOUSE}\b"),
    re.compile(r"\b[1-9]\d{3} ?[a-z]{2}\b[ ,]*(?:nr|nummer|huisnummer)\.? ?\d{1,4}\b"),
    re.compile(rf"\b{_HOUSE}[ ,]+(?:te )?{_POSTCODE}\b"),
    re.compile(rf"\b[A-Z][\w'-]*{_STREET} (?:nr\.? |nummer )?{_HOUSE}\b"),
    # Oude Gracht 100; Laan van Nieuw Oost 7
    re.compile(rf"\b[A-Z][\w'-]+ {_STREET.title()} (?:nr\.? |nummer )?{_HOUSE}\b"),
    re.compile(
        rf"\b{_STREET.title()} (?:van|der|den|de|het|ten|ter|naar)(?: (?:de|der|den|het))?"
        rf"(?: [A-Z][\w'-]+){{1,3}} (?:nr\.? |nummer )?{_HOUSE}\b"
    ),
)

_MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    r"jan|feb|mrt|apr|jun|jul|aug|sep|sept|okt|nov|dec)\.?"
)
_DATE = re.compile(
    rf"{_NOT_IN_NUMBER}(?P<day>[0-3]?\d)(?:[ ]?[-/.][ ]?[01]?\d[ ]?[-/.][ ]?| {_MONTH} )"
    r"(?P<year>(?:19|20)\d\d|['’]?\d\d)(?![\w/-]|[.,]\d)",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(rf"{_NOT_IN_NUMBER}(?P<year>(?:19|20)\d\d)-[01]\d-(?P<day>[0-3]\d)(?![\w-])")
_SAID_DATE = re.compile(r"\b(?P<day>[0-3]?\d) (?:0?[1-9]|1[0-2]) (?P<year>(?:19|20)\d\d)\b")
"""With nothing but spaces: only where a word about birth goes before it."""
_BIRTH = re.compile(r"\b(?:geb(?:oren|oortedatum|\.)?|jarig|verjaart)\W", re.IGNORECASE)
_BIRTH_REACH = 30
"""Letters before a date in which a word about birth is looked for."""

_TITLE = r"(?i:mevrouw|mevr\.?|mw\.?|meneer|mijnheer|dhr\.?|de heer|familie|fam\.)"
_PARTICLE = (
    r"(?i:van|de|der|den|ter|ten|te|el|al|la|le|op|in|uit|ben|di|da|['’]t|v\.? ?d\.?|v/d)[ -]"
)
_CALLED = rf"(?:{_PARTICLE}){{0,3}}[A-ZÀ-ÖØ-Þ][\w'’-]+"
_NAME = re.compile(rf"\b{_TITLE} (?P<name>(?:[A-Z]\. ?)*{_CALLED}(?: {_CALLED}){{0,2}})")


def find(text: str, today: date) -> tuple[Mark, ...]:
    """The marks in a text, in order; where two overlap the longer one counts."""
    found = sorted(_all(text, today), key=lambda mark: (mark.start - mark.end, mark.start))
    kept: list[Mark] = []
    for mark in found:
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return tuple(sorted(kept, key=lambda mark: mark.start))


def pieces(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[str, Kind | None]]:
    """The text in pieces, each with what it looks like, to show the marks in place."""
    place = 0
    for mark in marks:
        if mark.start > place:
            yield text[place : mark.start], None
        yield text[mark.start : mark.end], mark.kind
        place = mark.end
    if place < len(text):
        yield text[place:], None


def _all(text: str, today: date) -> Iterator[Mark]:
    yield from _numbers(text)
    for found in _EMAIL.finditer(text):
        yield Mark(found.start(), found.end(), Kind.EMAIL)
    for pattern in _ADDRESSES:
        for found in pattern.finditer(text):
            yield Mark(found.start(), found.end(), Kind.ADDRESS)
    for found in _NAME.finditer(text):
        yield Mark(found.start("name"), found.end(), Kind.NAME)
    yield from _births(text, today)


def _numbers(text: str) -> Iterator[Mark]:
    for found in _BSN.finditer(text):
        if bsn.is_valid(found.group()):
            yield Mark(found.start(), found.end(), Kind.BSN)
    for found in _IBAN.finditer(text):
        # The pattern may run on into the words after it; the longest that adds up counts.
        for end in range(found.end(), found.start() + 14, -1):
            candidate = text[found.start() : end]
            if candidate[-1].isalnum() and iban.is_valid(candidate, check_country=False):
                yield Mark(found.start(), end, Kind.IBAN)
                break
    for number in PhoneNumberMatcher(text, "NL", leniency=Leniency.VALID):
        if _DIALLED.match(number.raw_string):
            yield Mark(number.start, number.end, Kind.PHONE)


def _births(text: str, today: date) -> Iterator[Mark]:
    for pattern in (_DATE, _ISO_DATE, _SAID_DATE):
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - _BIRTH_REACH) : found.start()]
            said = _BIRTH.search(before) is not None
            old = pattern is not _SAID_DATE and _is_old(found["year"], today)
            if 1 <= int(found["day"]) <= 31 and (said or old):
                yield Mark(found.start(), found.end(), Kind.BORN)


def _is_old(year: str, today: date) -> bool:
    year = year.lstrip("'’")
    if len(year) == 2:
        full = 2000 + int(year) if int(year) <= today.year % 100 else 1900 + int(year)
    else:
        full = int(year)
    return 1900 <= full <= today.year - OLD_ENOUGH
