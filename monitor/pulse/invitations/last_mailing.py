"""The last day on which a letter of the open round went: one day for all letters."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from monitor.store import stored_settings
from monitor.store.stored_settings import StoredSetting


def note(connection: Connection, period: str, day: date) -> None:
    """Note that a letter of the round went on `day`."""
    value = {"period": period, "day": day.isoformat()}
    if stored_settings.get(connection, StoredSetting.LAST_MAILING) != value:
        stored_settings.put(connection, StoredSetting.LAST_MAILING, value)


def read(connection: Connection, period: str) -> date | None:
    """The last day on which a letter of the round went; None when that is not known."""
    value = stored_settings.get(connection, StoredSetting.LAST_MAILING)
    return date.fromisoformat(value["day"]) if value and value["period"] == period else None
