"""The organisation's name, and the agreement of its works council."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from monitor.clock import local_day
from monitor.errors import InputRefused
from monitor.inputs.lines import clean_line
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting

LONGEST_NAME = 120
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Consent:
    """The works council's agreement: its day, and where it is written down."""

    on: date
    note: str


def name(engine: Engine) -> str:
    """The organisation's name as chosen in the app; empty if none was."""
    with reading(engine) as connection:
        return str(stored_settings.get(connection, StoredSetting.ORGANISATION_NAME) or "")


def choose_name(engine: Engine, chosen: str, actor: str, now: datetime) -> str:
    """Store another name; returns it as stored.

    Raises
    ------
    InputRefused
        When it is empty, too long, or holds a character that does not print.
    """
    line = clean_line(chosen, LONGEST_NAME)
    if line is None:
        raise InputRefused("facts.name", most=LONGEST_NAME)
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.ORGANISATION_NAME, line)
        audit.note(connection, actor, "organisation.name", line, now)
    return line


def consent(engine: Engine) -> Consent | None:
    """The works council's agreement, if it was recorded."""
    with reading(engine) as connection:
        stored = stored_settings.get(connection, StoredSetting.CONSENT)
    return Consent(date.fromisoformat(stored["on"]), stored["note"]) if stored else None


def note_consent(engine: Engine, on: date, note: str, actor: str, now: datetime) -> Consent:
    """Record that the works council agreed; replaces an earlier record.

    Raises
    ------
    InputRefused
        When the day lies in the future, or `note` does not say where the agreement is written down.
    """
    line = clean_line(note, LONGEST_NOTE)
    if line is None:
        raise InputRefused("facts.consent_note", most=LONGEST_NOTE)
    if on > local_day(now):
        raise InputRefused("facts.consent_day")
    with writing(engine) as connection:
        agreed = {"on": on.isoformat(), "note": line}
        stored_settings.put(connection, StoredSetting.CONSENT, agreed)
        audit.note(connection, actor, "organisation.consent", f"{on.isoformat()}: {line}", now)
    return Consent(on, line)
