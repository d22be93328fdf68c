"""From the fields of the klaagmuur's form to a draft, and back into the form, nothing lost."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from monitor.klaagmuur.content import Feeling, Intention, Theme, Vent, tidy
from monitor.klaagmuur.quarters import LIFETIMES
from monitor.klaagmuur.vents import DEFAULT_LIFETIME, Draft
from monitor.web.http.forms import Fields, only_field

YES = "ja"
ANYWAY = "toch"
"""Value of the button that sends what was marked."""
_ONCE = re.compile(r"[A-Za-z0-9_-]{22}")

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class VentForm:
    """The form as it came in or is first shown; every field as it goes back into the page."""

    intention: Intention = Intention.SAY
    theme: Theme | None = None
    feeling: Feeling | None = None
    text: str = field(default="", repr=False)
    lifetime: int = DEFAULT_LIFETIME
    luisteraar: str = ""
    handover: bool = False
    countable: bool = False
    word: str = field(default="", repr=False)
    once: str = field(default="", repr=False)
    anyway: bool = False

    @property
    def draft(self) -> Draft:
        """What is to be sent."""
        vent = Vent(self.intention, self.theme, self.feeling, self.text, self.handover)
        return Draft(vent, self.luisteraar, self.lifetime, self.countable, self.once)


def empty_form() -> VentForm:
    """The form as it is first shown; the mark of this one filling-in goes with it."""
    return VentForm(once=secrets.token_urlsafe(16))


def read_form(fields: Fields) -> VentForm:
    """What somebody filled in; a choice that is not on the form counts as not made."""
    lifetime = only_field(fields, "bewaren")
    known = {str(days): days for days in LIFETIMES}
    return VentForm(
        intention=_choice(Intention, only_field(fields, "bedoeling")) or Intention.SAY,
        theme=_choice(Theme, only_field(fields, "thema")),
        feeling=_choice(Feeling, only_field(fields, "gevoel")),
        text=tidy("\n".join(value for name, value in fields if name == "tekst")),
        lifetime=known.get(lifetime, DEFAULT_LIFETIME),
        luisteraar=only_field(fields, "lezer")[:22],
        handover=only_field(fields, "overdragen") == YES,
        countable=only_field(fields, "tellen") == YES,
        word=only_field(fields, "toegangswoord")[:100],
        once=once_of(fields),
        anyway=only_field(fields, "stap") == ANYWAY,
    )


def once_of(fields: Fields) -> str:
    """The mark of one filling-in; a fresh one where the form brought none of ours."""
    given = only_field(fields, "eenmalig")
    return given if _ONCE.fullmatch(given) else secrets.token_urlsafe(16)


def _choice(kind: type[Choice], given: str) -> Choice | None:
    try:
        return kind(given)
    except ValueError:
        return None
