"""What an organisation sets for its klaagmuur: the access word, and the day of the last mail."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import Connection, Engine, delete, insert, select, update

from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import klaagmuur_setting

ACCESS_WORD = "access_word"
LAST_MAIL = "last_mail"
MAIL_LEFT = "mail_left"
"""Who is still to get the mail of a day on which something went wrong: the day, then accounts."""
LONGEST_WORD = 60
LONGEST_VALUE = 200
"""Signs of any setting."""


def access_word(engine: Engine) -> str:
    """The word on the poster; empty when everybody who knows the address may write."""
    with reading(engine) as connection:
        return word_in(connection)


def word_in(connection: Connection) -> str:
    """As :func:`access_word`, inside a view of the caller."""
    return _value(connection, ACCESS_WORD)


def set_access_word(engine: Engine, word: str, actor: str, now: datetime) -> None:
    """Set or replace the word; an empty one opens the klaagmuur to everybody.

    Raises
    ------
    LuisteraarRefused
        When it is too long.
    """
    told = " ".join(word.split())
    if len(told) > LONGEST_WORD:
        raise LuisteraarRefused("wall.word_long", longest=LONGEST_WORD)
    with writing(engine) as connection:
        put(connection, ACCESS_WORD, told)
        audit.note(connection, actor, "klaagmuur.access_word", "", now)


def is_word(wanted: str, typed: str) -> bool:
    """Whether the typed word is the access word, however it was capitalised or spaced."""
    return not wanted or compare_digest(_plain(wanted).encode(), _plain(typed).encode())


def get(engine: Engine, name: str) -> str:
    """A setting; empty when there is none."""
    with reading(engine) as connection:
        return _value(connection, name)


def put(connection: Connection, name: str, value: str) -> None:
    """Store a setting, or remove it when empty."""
    row = klaagmuur_setting.c.name == name
    if not value:
        connection.execute(delete(klaagmuur_setting).where(row))
    elif connection.execute(update(klaagmuur_setting).where(row).values(value=value)).rowcount == 0:
        connection.execute(insert(klaagmuur_setting).values(name=name, value=value))


def claim(engine: Engine, name: str, value: str) -> bool:
    """Write a setting; False when it already had that value: another process was first."""
    if get(engine, name) == value:
        return False
    with writing(engine) as connection:
        if _value(connection, name) == value:
            return False
        put(connection, name, value)
    return True


def _value(connection: Connection, name: str) -> str:
    found = connection.scalar(
        select(klaagmuur_setting.c.value).where(klaagmuur_setting.c.name == name)
    )
    return found or ""


def _plain(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word[:200]).casefold().split())
