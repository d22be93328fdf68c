"""The access word: whoever knows it may write on the klaagmuur."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import Connection, Engine

from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting

LONGEST_WORD = 60
EASY_BELOW = 12
"""Letters and digits; a shorter word can be tried out in days, three common words cannot."""
PROGRAM = "serve"
"""Who notes what nobody did by hand."""
LONGEST_TYPED = 200
"""Characters of what was typed that are compared; more cannot be the word."""


def access_word(engine: Engine) -> str:
    """The word on the poster; empty when everybody who knows the address may write."""
    with reading(engine) as connection:
        return word_in(connection)


def word_in(connection: Connection) -> str:
    """As :func:`access_word`, inside a transaction of the caller."""
    return str(stored_settings.get(connection, StoredSetting.ACCESS_WORD) or "")


def set_access_word(engine: Engine, word: str, actor: str, now: datetime) -> None:
    """Set or replace the word; an empty one opens the klaagmuur to everybody.

    Raises
    ------
    LuisteraarRefused
        When it is too long.
    """
    spaced = " ".join(word.split())
    if len(spaced) > LONGEST_WORD:
        raise LuisteraarRefused("klaagmuur.word_long", longest=LONGEST_WORD)
    with writing(engine) as connection:
        if spaced:
            stored_settings.put(connection, StoredSetting.ACCESS_WORD, spaced)
        else:
            stored_settings.remove(connection, StoredSetting.ACCESS_WORD)
        audit.note(connection, actor, "klaagmuur.access_word", "", now)


def note_guessing(engine: Engine, now: datetime) -> None:
    """Write in the audit log that the word is being guessed; the words tried are kept nowhere."""
    with writing(engine) as connection:
        audit.note(connection, PROGRAM, "klaagmuur.word_guessed", "", now)


def is_easy(word: str) -> bool:
    """Whether the word is short enough to be guessed; no word at all is none."""
    return 0 < len(_folded(word)) < EASY_BELOW


def is_word(access_word: str, typed: str) -> bool:
    """Whether the typed word is the access word, however it was capitalised or spaced."""
    return not access_word or compare_digest(_folded(access_word).encode(), _folded(typed).encode())


def _folded(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word[:LONGEST_TYPED]).casefold().split())
