"""Finding what looks like data about a client, before a text is sealed.

Matches are marked and asked about; nothing is blocked or stored. About nine in a hundred numbers
of nine digits pass the test of a BSN by chance, which is one reason to ask and not to refuse.
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

from monitor.inputs.plain_copy import plain_copy


class Kind(StrEnum):
    """The kinds of data that are looked for."""

    BSN = "bsn"
    EMAIL = "email"
    IBAN = "iban"
    PHONE = "phone"
    ADDRESS = "address"
    BORN = "born"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a text, from `start` up to `end`, and the kind of data it looks like."""

    start: int
    end: int
    kind: Kind


OLD_ENOUGH = 14
"""A full date at least this many years ago is taken for a date of birth."""

_NOT_IN_NUMBER = r"(?<![\w.,/-])"
_AFTER_WORD = r"(?:(?<=bsn)|(?<=nr)|(?<=nummer)|(?<=sofi))"
_BSN = re.compile(
    rf"(?:{_NOT_IN_NUMBER}|{_AFTER_WORD})\d(?:(?: ?[.-] ?| )?\d){{8}}(?![\w/-]|[.,]\d)",
    re.IGNORECASE,
)
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
_SPACED_DATE = re.compile(r"\b(?P<day>[0-3]?\d) (?:0?[1-9]|1[0-2]) (?P<year>(?:19|20)\d\d)\b")
"""A date with spaces only: counts where a word about birth comes before it."""
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
    """The marks in a text, in order; where two overlap the longer one counts.

    What is searched is a copy with every blank and dash a plain one; marks are places in `text`.
    """
    copy, places = plain_copy(text)
    all_marks = (
        Mark(places[mark.start], places[mark.end - 1] + 1, mark.kind) for mark in _all(copy, today)
    )
    longest_first = sorted(all_marks, key=lambda mark: (mark.start - mark.end, mark.start))
    marks: list[Mark] = []
    for mark in longest_first:
        if all(mark.end <= other.start or mark.start >= other.end for other in marks):
            marks.append(mark)
    return tuple(sorted(marks, key=lambda mark: mark.start))


def pieces(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[str, Kind | None]]:
    """The text in pieces, each with the kind it is marked as or None."""
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
    for match in _EMAIL.finditer(text):
        yield Mark(match.start(), match.end(), Kind.EMAIL)
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            yield Mark(match.start(), match.end(), Kind.ADDRESS)
    for match in _NAME.finditer(text):
        yield Mark(match.start("name"), match.end(), Kind.NAME)
    yield from _births(text, today)


def _numbers(text: str) -> Iterator[Mark]:
    for match in _BSN.finditer(text):
        if bsn.is_valid(match.group()):
            yield Mark(match.start(), match.end(), Kind.BSN)
    for match in _IBAN.finditer(text):
        # The pattern may run on into the words after it; the longest that adds up counts.
        for end in range(match.end(), match.start() + 14, -1):
            candidate = text[match.start() : end]
            if candidate[-1].isalnum() and iban.is_valid(candidate, check_country=False):
                yield Mark(match.start(), end, Kind.IBAN)
                break
    for number in PhoneNumberMatcher(text, "NL", leniency=Leniency.VALID):
        if _DIALLED.match(number.raw_string):
            yield Mark(number.start, number.end, Kind.PHONE)


def _births(text: str, today: date) -> Iterator[Mark]:
    for pattern in (_DATE, _ISO_DATE, _SPACED_DATE):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _BIRTH_REACH) : match.start()]
            has_birth_word = _BIRTH.search(before) is not None
            old = pattern is not _SPACED_DATE and _is_old(match["year"], today)
            if 1 <= int(match["day"]) <= 31 and (has_birth_word or old):
                yield Mark(match.start(), match.end(), Kind.BORN)


def _is_old(year: str, today: date) -> bool:
    year = year.lstrip("'’")
    if len(year) == 2:
        full = 2000 + int(year) if int(year) <= today.year % 100 else 1900 + int(year)
    else:
        full = int(year)
    return 1900 <= full <= today.year - OLD_ENOUGH
