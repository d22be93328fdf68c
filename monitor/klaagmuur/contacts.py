"""The signposts as the organisation keeps them: in the store once somebody filled them in.

Until then those of the file ``help.toml`` are shown, which an organisation may replace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from monitor.errors import InputRefused
from monitor.klaagmuur import help
from monitor.klaagmuur.help import Contact, Need
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting

MOST = 20
EXAMPLE = "14 0999"
"""The number of the made-up municipality in the file that comes with the app."""


def current(engine: Engine, file: Path) -> tuple[Contact, ...]:
    """The signposts that hold now.

    Raises
    ------
    InputRefused
        When nobody filled them in here and the file cannot be used.
    """
    with reading(engine) as connection:
        return current_in(connection, file)


def current_in(connection: Connection, file: Path) -> tuple[Contact, ...]:
    """As :func:`current`, inside a transaction of the caller."""
    kept = _kept(connection)
    return kept if kept is not None else help.load(file)


def shown_in(connection: Connection | None, file: Path) -> tuple[Contact, ...]:
    """What a page can show: nothing where the file cannot be used (``doctor`` says so).

    Without a connection, while the store cannot be read, those of the file.
    """
    try:
        return help.load(file) if connection is None else current_in(connection, file)
    except InputRefused:
        return ()


def keep(
    engine: Engine, contacts: Sequence[Contact], actor: str, now: datetime
) -> tuple[Contact, ...]:
    """Keep these instead of what was kept; they are put in the order of their needs.

    Raises
    ------
    InputRefused
        When there are too many of them.
    """
    if len(contacts) > MOST:
        raise InputRefused("contact.too_many", most=MOST)
    order = list(Need)
    sorted_ = tuple(sorted(contacts, key=lambda one: order.index(one.need)))
    with writing(engine) as connection:
        stored = [_to_json(contact) for contact in sorted_]
        stored_settings.put(connection, StoredSetting.HELP_CONTACTS, stored)
        audit.note(connection, actor, "help.contacts", str(len(sorted_)), now)
    return sorted_


def lacking(contacts: Iterable[Contact]) -> tuple[Need, ...]:
    """The needs for which there is no signpost yet, or only the one of the example."""
    own = {one.need for one in contacts if one.number != EXAMPLE}
    return tuple(need for need in Need if need not in own)


def _kept(connection: Connection) -> tuple[Contact, ...] | None:
    value = stored_settings.get(connection, StoredSetting.HELP_CONTACTS)
    return None if value is None else tuple(_from_json(each) for each in value)


def _to_json(one: Contact) -> dict[str, Any]:
    return {
        "for": one.need.value,
        "name": dict(one.name),
        "number": one.number,
        "url": one.url,
        "checked_on": one.checked_on.isoformat(),
    }


def _from_json(kept: dict[str, Any]) -> Contact:
    checked = date.fromisoformat(kept["checked_on"])
    return Contact(Need(kept["for"]), kept["name"], kept["number"], kept["url"], checked)
