"""What the organisation says of itself: its name, and that the works council agreed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select

from monitor.access import audit
from monitor.errors import InputRefused
from monitor.store.delivery_tables import setting
from monitor.store.engine import reading, writing

LONGEST_NAME = 120
LONGEST_NOTE = 200
NAME = "organisation_name"
CONSENT = "or_consent"


@dataclass(frozen=True, slots=True)
class Consent:
    """The works council's agreement: from which day, and where it is written down."""

    on: date
    note: str


def name(engine: Engine) -> str:
    """The organisation's name as chosen in the app; empty when nobody chose one."""
    with reading(engine) as connection:
        return str(_value(connection, NAME) or "")


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
        _put(connection, NAME, told)
        audit.note(connection, actor, "organisation.name", told, now)
    return told


def consent(engine: Engine) -> Consent | None:
    """The works council's agreement, if it was noted."""
    with reading(engine) as connection:
        kept = _value(connection, CONSENT)
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
        _put(connection, CONSENT, {"on": on.isoformat(), "note": told})
        audit.note(connection, actor, "organisation.consent", f"{on.isoformat()}: {told}", now)
    return Consent(on, told)


def _line(text: str, most: int) -> str:
    told = " ".join(unicodedata.normalize("NFC", text).split())
    return told if len(told) <= most and told.isprintable() else ""


def _value(connection: Connection, key: str) -> Any:
    return connection.scalar(select(setting.c.value).where(setting.c.key == key))


def _put(connection: Connection, key: str, value: Any) -> None:
    connection.execute(delete(setting).where(setting.c.key == key))
    connection.execute(insert(setting).values(key=key, value=value))
