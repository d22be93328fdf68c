"""The one way to read and write what an organisation chose: the table ``setting``.

Names are stored values: they stay what they are, whatever the code around them is called.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from monitor.errors import StoreFailing
from monitor.store import signed_rows
from monitor.store.delivery_tables import setting


class StoredSetting(StrEnum):
    """Settings that are one value each; the preferences are stored by the name of their field."""

    ORGANISATION_NAME = "organisation_name"
    CONSENT = "or_consent"
    QUESTIONNAIRE = "questionnaire"
    HELP_CONTACTS = "help_contacts"
    MAIL_ROUTE = "mail_route"
    LAST_MAILING = "last_mailing"
    ACCESS_WORD = "klaagmuur.access_word"
    THEME_PERIODS = "klaagmuur.theme_periods"
    THEMES_SETTLED = "klaagmuur.themes_settled"
    EARLIER_TOKENS = "klaagmuur.earlier_tokens"
    SECRET_MARK = "secret_mark"  # noqa: S105 - a name
    ALERTS = "operations.alerts"
    CLOCK_CONFIRMED = "operations.clock_confirmed"
    LANGUAGE = "installation.language"
    MINIMUM = "installation.minimum"
    LAST_BACKUP = "operations.last_backup"
    SERVER_PARTS = "operations.server_parts"
    LETTERS_WAITING = "operations.letters_waiting"


def get(connection: Connection, name: str) -> Any:
    """The value stored under `name`, or None."""
    return connection.scalar(select(setting.c.value).where(setting.c.key == name))


def get_genuine(connection: Connection, name: StoredSetting) -> Any:
    """As `get`, of a setting that is authenticated: None when somebody else wrote it."""
    rows = signed_rows.genuine(connection, setting, setting.c.key == name)
    return rows[0].value if rows else None


def get_required(connection: Connection, name: StoredSetting) -> Any:
    """As `get_genuine`; None only where the program never stored it.

    Raises
    ------
    StoreFailing
        When somebody else wrote it, or deleted it.
    """
    value = get_genuine(connection, name)
    if value is None and is_expected(connection, name):
        raise StoreFailing("store.rows_closed", kind=signed_rows.Kind.SETTINGS.value)
    return value


def is_expected(connection: Connection, name: StoredSetting) -> bool:
    """Whether an authenticated setting is there, or should be."""
    return signed_rows.expected(connection, setting, name.value)


def get_many(connection: Connection, names: Iterable[str]) -> dict[str, Any]:
    """The values stored under these names; what is not stored is left out."""
    rows = connection.execute(select(setting).where(setting.c.key.in_(tuple(names))))
    return {row.key: row.value for row in rows}


def put(connection: Connection, name: str, value: Any) -> None:
    """Store `value` (anything JSON can hold) under `name`, instead of what was there."""
    remove(connection, name)
    add(connection, name, value)


def add(connection: Connection, name: str, value: Any) -> None:
    """Store `value` under a `name` that is not there yet.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        When it is there already: of several processes the first one's value counts.
    """
    connection.execute(insert(setting).values(key=name, value=value))


def remove(connection: Connection, name: str) -> bool:
    """Forget what is stored under `name`; whether there was anything."""
    return connection.execute(delete(setting).where(setting.c.key == name)).rowcount > 0
