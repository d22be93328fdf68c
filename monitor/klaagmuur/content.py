"""The content of a vent and of a note in its thread, and its form in bytes.

A page is two lengths (big-endian, 16 bits each), a header in JSON, and the text in UTF-8.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from monitor.klaagmuur.envelope import PAGE_BYTES, Damaged
from monitor.klaagmuur.refusals import VentRefused

LONGEST = 2000
"""Characters in a vent or a note; with four bytes each they still fit on a page."""
_LENGTHS = struct.Struct(">HH")


class Intention(StrEnum):
    """What the sender wants."""

    SAY = "say"
    REPLY = "reply"
    TALK = "talk"


class Theme(StrEnum):
    """What it is about, as the sender chose from the form."""

    AGGRESSION = "aggression"
    IMPOSSIBLE = "impossible"
    IGNORED_ADVICE = "ignored_advice"
    RULES_OR_PERSON = "rules_or_person"
    PRESSURE = "pressure"
    COLLEAGUES = "colleagues"
    LEADERSHIP = "leadership"
    OTHER = "other"


class Feeling(StrEnum):
    """How the sender feels about it."""

    ANGRY = "angry"
    POWERLESS = "powerless"
    SAD = "sad"
    AFRAID = "afraid"
    TIRED = "tired"
    ASHAMED = "ashamed"
    OTHER = "other"


class Author(StrEnum):
    """Who wrote a note."""

    SENDER = "sender"
    LUISTERAAR = "luisteraar"


@dataclass(frozen=True, slots=True)
class Vent:
    """What a colleague wrote. It must not reach a log, a traceback or an error message."""

    intention: Intention = Intention.SAY
    theme: Theme | None = None
    feeling: Feeling | None = None
    text: str = field(default="", repr=False)
    handover: bool = False
    """Whether another luisteraar may take it over."""

    @property
    def blank(self) -> bool:
        """Whether there is no text, no theme and no feeling."""
        return not self.text.strip() and self.theme is None and self.feeling is None

    def to_page(self) -> bytes:
        """The bytes that are sealed."""
        header = {
            "i": self.intention.value,
            "t": self.theme.value if self.theme else "",
            "f": self.feeling.value if self.feeling else "",
            "h": self.handover,
        }
        return _page(header, self.text)

    @staticmethod
    def from_page(page: bytes) -> Vent:
        """The vent in a page; raises :class:`Damaged` when it holds none."""
        header, text = _parts(page)
        try:
            return Vent(
                Intention(header["i"]),
                Theme(header["t"]) if header["t"] else None,
                Feeling(header["f"]) if header["f"] else None,
                text,
                header["h"] is True,
            )
        except (KeyError, ValueError, TypeError):
            raise Damaged from None


@dataclass(frozen=True, slots=True)
class Note:
    """One step of the conversation after a vent.

    Parameters
    ----------
    place
        0, 1, 2, ... in the thread. It is sealed with the text: the rows have no order.
    day
        The day on which it was written; the time is not kept.
    who
        The id of the luisteraar who wrote it, empty for the sender. After a handover the thread
        has notes of more than one luisteraar.
    """

    place: int
    by: Author
    day: date
    text: str = field(repr=False)
    who: str = ""

    def to_page(self) -> bytes:
        """The bytes that are sealed."""
        header = {"p": self.place, "b": self.by.value, "d": self.day.isoformat(), "w": self.who}
        return _page(header, self.text)

    @staticmethod
    def from_page(page: bytes) -> Note:
        """The note in a page; raises :class:`Damaged` when it holds none."""
        header, text = _parts(page)
        try:
            day, who = date.fromisoformat(header["d"]), str(header.get("w", ""))
            return Note(int(header["p"]), Author(header["b"]), day, text, who)
        except (KeyError, ValueError, TypeError):
            raise Damaged from None


def tidy(text: str) -> str:
    """The text with ``\\n`` as its only line end, and a question mark for each lone surrogate."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.encode("utf-8", "replace").decode("utf-8")


def check_length(text: str) -> None:
    """Refuse a text that is too long.

    Raises
    ------
    VentRefused
        Saying by how much.
    """
    if len(text) > LONGEST:
        raise VentRefused("vent.too_long", longest=LONGEST, over=len(text) - LONGEST)


def _page(header: dict[str, Any], text: str) -> bytes:
    check_length(text)
    encoded, content = json.dumps(header, separators=(",", ":")).encode("ascii"), text.encode()
    return _LENGTHS.pack(len(encoded), len(content)) + encoded + content


def _parts(page: bytes) -> tuple[dict[str, Any], str]:
    if len(page) > PAGE_BYTES or len(page) < _LENGTHS.size:
        raise Damaged
    header_length, text_length = _LENGTHS.unpack_from(page)
    middle = _LENGTHS.size + header_length
    end = middle + text_length
    try:
        header = json.loads(page[_LENGTHS.size : middle])
        text = page[middle:end].decode("utf-8")
    except (ValueError, RecursionError):
        raise Damaged from None
    if not isinstance(header, dict) or end > len(page):
        raise Damaged
    return header, text
