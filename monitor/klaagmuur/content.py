"""What is inside a vent and inside a note of its thread, and how it becomes bytes."""

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
    """What it is about, from the work."""

    AGGRESSION = "aggression"
    IMPOSSIBLE = "impossible"
    IGNORED_ADVICE = "ignored_advice"
    RULES_OR_PERSON = "rules_or_person"
    PRESSURE = "pressure"
    COLLEAGUES = "colleagues"
    LEADERSHIP = "leadership"
    OTHER = "other"


class Feeling(StrEnum):
    """How it feels."""

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
    """What a colleague wrote. Never in a log, a traceback or an error."""

    intention: Intention = Intention.SAY
    theme: Theme | None = None
    feeling: Feeling | None = None
    text: str = field(default="", repr=False)
    handover: bool = False
    """Whether another luisteraar may take it over."""

    @property
    def blank(self) -> bool:
        """Whether nothing was said: no text, and nothing tapped."""
        return not self.text.strip() and self.theme is None and self.feeling is None

    def to_page(self) -> bytes:
        """As it is sealed."""
        head = {
            "i": self.intention.value,
            "t": self.theme.value if self.theme else "",
            "f": self.feeling.value if self.feeling else "",
            "h": self.handover,
        }
        return _page(head, self.text)

    @staticmethod
    def from_page(page: bytes) -> Vent:
        """Read back; raises :class:`Damaged` when it is no vent."""
        head, text = _parts(page)
        try:
            return Vent(
                Intention(head["i"]),
                Theme(head["t"]) if head["t"] else None,
                Feeling(head["f"]) if head["f"] else None,
                text,
                head["h"] is True,
            )
        except (KeyError, ValueError, TypeError):
            raise Damaged from None


@dataclass(frozen=True, slots=True)
class Note:
    """One step of the conversation after a vent.

    Parameters
    ----------
    place
        0, 1, 2, ... in the thread. It is sealed in: the rows themselves have no order.
    day
        The day on which it was written; no time.
    who
        The id of the luisteraar who wrote it: after a handover another one reads on.
    """

    place: int
    by: Author
    day: date
    text: str = field(repr=False)
    who: str = ""

    def to_page(self) -> bytes:
        """As it is sealed."""
        head = {"p": self.place, "b": self.by.value, "d": self.day.isoformat(), "w": self.who}
        return _page(head, self.text)

    @staticmethod
    def from_page(page: bytes) -> Note:
        """Read back; raises :class:`Damaged` when it is no note."""
        head, text = _parts(page)
        try:
            day, who = date.fromisoformat(head["d"]), str(head.get("w", ""))
            return Note(int(head["p"]), Author(head["b"]), day, text, who)
        except (KeyError, ValueError, TypeError):
            raise Damaged from None


def tidy(text: str) -> str:
    """The text as it was typed, with one kind of line end and nothing that is not a character."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    return one_kind.encode("utf-8", "replace").decode("utf-8")


def check_length(text: str) -> None:
    """Refuse a text that is too long.

    Raises
    ------
    VentRefused
        Saying by how much.
    """
    if len(text) > LONGEST:
        raise VentRefused("vent.too_long", longest=LONGEST, over=len(text) - LONGEST)


def _page(head: dict[str, Any], text: str) -> bytes:
    check_length(text)
    first, second = json.dumps(head, separators=(",", ":")).encode("ascii"), text.encode()
    return _LENGTHS.pack(len(first), len(second)) + first + second


def _parts(page: bytes) -> tuple[dict[str, Any], str]:
    if len(page) > PAGE_BYTES or len(page) < _LENGTHS.size:
        raise Damaged
    first, second = _LENGTHS.unpack_from(page)
    start = _LENGTHS.size
    try:
        head = json.loads(page[start : start + first])
        text = page[start + first : start + first + second].decode("utf-8")
    except (ValueError, RecursionError):
        raise Damaged from None
    if not isinstance(head, dict) or start + first + second > len(page):
        raise Damaged
    return head, text
