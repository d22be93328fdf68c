"""The check word of a one-time link: the link is mailed, and a second person passes on the word.

Whoever reads the mail lacks the word, and whoever passes on the word never saw the link. The store
keeps the word keyed with the link, so that neither is of use without the other.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import Engine, delete, select, update

from monitor.access.recovery import ALPHABET
from monitor.access.tokens import digest
from monitor.errors import InputRefused
from monitor.inputs.typed_codes import cleaned, random_code
from monitor.store import signed_rows
from monitor.store.engine import reading, writing
from monitor.store.tables import welcome_link

LENGTH = 6
MOST_GUESSES = 10
"""After so many wrong words the link is gone: a word has 30 bits."""


def new_word() -> str:
    """A fresh random word."""
    return random_code(LENGTH, ALPHABET)


def keyed(token: str, word: str) -> bytes:
    """What the store keeps of the word that goes with this link."""
    return hmac.digest(token.encode(), cleaned(word).encode(), hashlib.sha256)


def is_needed(engine: Engine, token: str) -> bool:
    """Whether the link with this token needs a word."""
    with reading(engine) as connection:
        by_token = welcome_link.c.digest == digest(token)
        return connection.scalar(select(welcome_link.c.word).where(by_token)) is not None


def check(engine: Engine, token: str, typed: str) -> None:
    """Check the word of a link that needs one; wrong words are counted.

    Raises
    ------
    InputRefused
        When it is not the word.
    """
    by_token = welcome_link.c.digest == digest(token)
    with writing(engine) as connection:
        row = connection.execute(
            select(welcome_link).where(by_token).with_for_update()
        ).one_or_none()
        if row is not None and not signed_rows.is_genuine(connection, welcome_link, row._mapping):
            raise InputRefused("welcome.word")
        if row is None or row.word is None or hmac.compare_digest(row.word, keyed(token, typed)):
            return
        if row.guesses + 1 >= MOST_GUESSES:
            connection.execute(delete(welcome_link).where(by_token))
        else:
            counted = update(welcome_link).where(by_token).values(guesses=row.guesses + 1)
            connection.execute(counted)
    raise InputRefused("welcome.word")  # after the commit: the guess stays counted
