"""Authenticating theme tokens: which tokens count, and which periods are settled already.

Somebody who can write in the store knows the luisteraar's public key. They could seal tokens of
their own, copy a token until there are five, move tokens to another period, or put them back after
they were counted; any of these would tell which theme one vent had. So a token holds a code over
its word, period and luisteraar, under a key that follows from the installation's secret. A copy
counts once, and authenticated settings remember which periods are settled. Tokens from before
2026-11-26 have no code: those that are there at the first start of a version with codes are
remembered by their digests.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, select

from monitor.klaagmuur.envelope import TOKEN_BYTES, WORD_BYTES
from monitor.store import signed_rows, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import theme_token
from monitor.store.stored_settings import StoredSetting

CODE_BYTES = TOKEN_BYTES - WORD_BYTES
NO_CODE = b"\0" * CODE_BYTES
"""What an earlier token holds in the place of a code."""

Settled = frozenset[tuple[str, str]]
"""Pairs of a luisteraar's id and a period that this luisteraar settled."""


def code_of(connection: Connection, word: str, period: str, reader: str) -> bytes:
    """The code over a token's word, for a period and the id of a luisteraar."""
    message = json.dumps([word, period, reader], separators=(",", ":")).encode()
    key = signed_rows.derived_key(connection, b"theme tokens")
    return hmac.digest(key, message, "sha256")[:CODE_BYTES]


def settled(connection: Connection) -> frozenset[str]:
    """The digests of the tokens that were settled.

    Raises
    ------
    StoreFailing
        When somebody else changed the record of it.
    """
    return frozenset(stored_settings.get_required(connection, StoredSetting.THEMES_SETTLED) or ())


def note_settled(connection: Connection, digests: Iterable[str]) -> None:
    """Note that tokens with these digests were settled."""
    noted = settled(connection) | frozenset(digests)
    stored_settings.put(connection, StoredSetting.THEMES_SETTLED, sorted(noted))


def earlier(connection: Connection) -> frozenset[str] | None:
    """The digests of the tokens without a code that count; None while none were noted: all count.

    Raises StoreFailing as `settled`.
    """
    stored = stored_settings.get_required(connection, StoredSetting.EARLIER_TOKENS)
    return None if stored is None else frozenset(stored)


def digest_of(sealed: bytes) -> str:
    """The digest by which an earlier token is remembered."""
    return hashlib.sha256(sealed).hexdigest()[:32]


def note_earlier(engine: Engine) -> None:
    """Remember the tokens that are there, once: at the first start that knows of codes."""
    name = StoredSetting.EARLIER_TOKENS
    with reading(engine) as connection:
        if stored_settings.is_expected(connection, name):
            return
    with writing(engine) as connection:
        if stored_settings.is_expected(connection, name):
            return
        sealed = connection.scalars(select(theme_token.c.sealed)).all()
        stored_settings.add(connection, name, sorted(map(digest_of, sealed)))
