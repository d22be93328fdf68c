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
from monitor.web.http.forms import Form

YES = "ja"
ANYWAY = "toch"
"""Value of the button that sends a text in which something was marked."""
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")

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
    idempotency_key: str = field(default="", repr=False)
    anyway: bool = False

    @property
    def draft(self) -> Draft:
        """What is to be sent."""
        vent = Vent(self.intention, self.theme, self.feeling, self.text, self.handover)
        return Draft(vent, self.luisteraar, self.lifetime, self.countable, self.idempotency_key)


def empty_vent_form() -> VentForm:
    """The form as it is first shown."""
    return VentForm(idempotency_key=new_idempotency_key())


def read_vent_form(form: Form) -> VentForm:
    """What somebody filled in; a choice that is not on the form counts as not made."""
    lifetimes = {str(days): days for days in LIFETIMES}
    return VentForm(
        intention=_choice(Intention, form.value("bedoeling")) or Intention.SAY,
        theme=_choice(Theme, form.value("thema")),
        feeling=_choice(Feeling, form.value("gevoel")),
        text=read_text(form),
        lifetime=lifetimes.get(form.value("bewaren"), DEFAULT_LIFETIME),
        luisteraar=form.value("lezer")[:22],
        handover=form.value("overdragen") == YES,
        countable=form.value("tellen") == YES,
        word=form.value("toegangswoord")[:100],
        idempotency_key=read_idempotency_key(form),
        anyway=form.value("stap") == ANYWAY,
    )


def read_text(form: Form) -> str:
    """The text that was typed, tidied."""
    return tidy("\n".join(form.values("tekst")))


def new_idempotency_key() -> str:
    """A mark for one filling-in of a form, so that sending it twice counts once."""
    return secrets.token_urlsafe(16)


def read_idempotency_key(form: Form) -> str:
    """The mark that the form carries; a fresh one where it carries none of ours."""
    key = form.value("eenmalig")
    return key if _KEY.fullmatch(key) else new_idempotency_key()


def _choice(kind: type[Choice], value: str) -> Choice | None:
    try:
        return kind(value)
    except ValueError:
        return None
