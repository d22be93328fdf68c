"""What the organisation says of itself: its name, and that the works council agreed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from monitor.errors import InputRefused
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting

LONGEST_NAME = 120
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Consent:
    """The works council's agreement: from which day, and where it is written down."""

    on: date
    note: str


def name(engine: Engine) -> str:
    """The organisation's name as chosen in the app; empty when nobody chose one."""
    with reading(engine) as connection:
        return str(stored_settings.get(connection, StoredSetting.ORGANISATION_NAME) or "")


def choose_name(engine: Engine, chosen: str, actor: str, now: datetime) -> str:
    """Keep another name; the name as it is kept.

    Raises
    ------
    InputRefused
        When it is empty, too long, or holds what does not print.
    """
    told = _line(chosen, LONGEST_NAME)
    if not told:
        raise InputRefused("facts.name", most=LONGEST_NAME)
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.ORGANISATION_NAME, told)
        audit.note(connection, actor, "organisation.name", told, now)
    return told


def consent(engine: Engine) -> Consent | None:
    """The works council's agreement, if it was noted."""
    with reading(engine) as connection:
        kept = stored_settings.get(connection, StoredSetting.CONSENT)
    return Consent(date.fromisoformat(kept["on"]), kept["note"]) if kept else None


def note_consent(engine: Engine, on: date, note: str, actor: str, now: datetime) -> Consent:
    """Note that the works council agreed; replaces what was noted before.

    Raises
    ------
    InputRefused
        When the day is still to come, or it is not said where the agreement can be found.
    """
    told = _line(note, LONGEST_NOTE)
    if not told:
        raise InputRefused("facts.consent_note", most=LONGEST_NOTE)
    if on > now.date():
        raise InputRefused("facts.consent_day")
    with writing(engine) as connection:
        agreed = {"on": on.isoformat(), "note": told}
        stored_settings.put(connection, StoredSetting.CONSENT, agreed)
        audit.note(connection, actor, "organisation.consent", f"{on.isoformat()}: {told}", now)
    return Consent(on, told)


def _line(text: str, most: int) -> str:
    told = " ".join(unicodedata.normalize("NFC", text).split())
    return told if len(told) <= most and told.isprintable() else ""
