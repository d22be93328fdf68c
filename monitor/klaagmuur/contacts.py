"""The organisation's help contacts: those in the store, else those in the file ``help.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from monitor.config.folders import DEFAULTS
from monitor.errors import InputRefused
from monitor.klaagmuur import help
from monitor.klaagmuur.help import Contact, Need
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting

MOST = 20
"""Contacts that fit on the page."""
EXAMPLE = "14 0999"
"""A made-up number that earlier versions came with, and that may be stored: never shown."""
NATIONAL = frozenset({"112", "08000113", "0881331030"})
"""Numbers anybody in the country may call: of no organisation in particular."""


def current(engine: Engine, file: Path) -> tuple[Contact, ...]:
    """The contacts in use now.

    Raises
    ------
    InputRefused
        When none are stored and the file cannot be used.
    """
    with reading(engine) as connection:
        return current_in(connection, file)


def current_in(connection: Connection, file: Path) -> tuple[Contact, ...]:
    """As :func:`current`, inside a transaction of the caller."""
    stored = _stored(connection)
    return _real(stored if stored is not None else help.load(file))


def shown_in(connection: Connection | None, file: Path) -> tuple[Contact, ...]:
    """What a page can show, which ``doctor`` checks.

    Without a connection, because the store cannot be read, the contacts in the file. When that
    cannot be used, those that come with the program and hold everywhere: emergency numbers do not
    go because of a typing error.
    """
    try:
        return _real(help.load(file)) if connection is None else current_in(connection, file)
    except InputRefused:
        return _real(help.load(DEFAULTS / "help.toml"))


def keep(
    engine: Engine,
    contacts: Sequence[Contact],
    actor: str,
    now: datetime,
    file: Path | None = None,
) -> tuple[Contact, ...]:
    """Store these instead of those in use; returns them in the order of their needs.

    The audit log has each contact that was added or removed, a changed one as both, so that
    toezicht can see whose number it is now. Those of the `file` count as long as none are stored.

    Raises
    ------
    InputRefused
        When there are too many of them.
    """
    if len(contacts) > MOST:
        raise InputRefused("contact.too_many", most=MOST)
    order = list(Need)
    ordered = tuple(sorted(contacts, key=lambda contact: order.index(contact.need)))
    with writing(engine) as connection:
        before = shown_in(connection, file) if file else _stored(connection) or ()
        value = [_to_json(contact) for contact in ordered]
        stored_settings.put(connection, StoredSetting.HELP_CONTACTS, value)
        for detail in tuple(_changes(before, ordered)) or (str(len(ordered)),):
            audit.note(connection, actor, "help.contacts", detail, now)
    return ordered


def lacking(contacts: Iterable[Contact]) -> tuple[Need, ...]:
    """The needs for which nobody of the organisation itself can be reached.

    In danger the national numbers are enough.
    """
    covered = {
        contact.need
        for contact in contacts
        if contact.need is Need.DANGER or contact.dialled not in NATIONAL
    }
    return tuple(need for need in Need if need not in covered)


def _changes(before: Iterable[Contact], after: Iterable[Contact]) -> Iterator[str]:
    """A line for the log per contact that was added or removed, in that order."""
    earlier, later = (tuple(_described(each) for each in contacts) for contacts in (before, after))
    yield from (f"added {line}" for line in later if line not in earlier)
    yield from (f"removed {line}" for line in earlier if line not in later)


def _described(contact: Contact) -> str:
    """What somebody who calls goes by; how it is reached comes first, so that it is never cut."""
    reached_by = (contact.number, contact.url, *contact.name.values())
    return f"{contact.need.value}: {', '.join(filter(None, reached_by))}"


def _real(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """The contacts without those that nobody has filled in yet."""
    return tuple(contact for contact in contacts if contact.number != EXAMPLE)


def _stored(connection: Connection) -> tuple[Contact, ...] | None:
    value = stored_settings.get(connection, StoredSetting.HELP_CONTACTS)
    return None if value is None else tuple(_from_json(each) for each in value)


def _to_json(contact: Contact) -> dict[str, Any]:
    return {
        "for": contact.need.value,
        "name": dict(contact.name),
        "number": contact.number,
        "url": contact.url,
        "checked_on": contact.checked_on.isoformat(),
    }


def _from_json(value: dict[str, Any]) -> Contact:
    checked_on = date.fromisoformat(value["checked_on"])
    return Contact(Need(value["for"]), value["name"], value["number"], value["url"], checked_on)
