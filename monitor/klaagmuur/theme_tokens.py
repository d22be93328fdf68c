"""Theme tokens: one sealed word per vent, in one size and without a link to the vent."""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select

from monitor.klaagmuur import envelope, theme_periods, token_codes
from monitor.klaagmuur.content import Theme
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.store.engine import flush_log, reading, writing
from monitor.store.klaagmuur_tables import theme_token

UNCOUNTED = timedelta(366)
"""How long after its period a token is kept for a luisteraar who does not count."""


@dataclass(frozen=True, slots=True)
class OpenToken:
    """A token, read: its word is a theme's, or empty."""

    id: bytes
    period: str
    word: str = field(repr=False)
    digest: str = field(default="", repr=False)
    """What it is remembered by once it was settled."""


def drop(connection: Connection, theme: Theme | None, to: Luisteraar, today: date) -> None:
    """Store a token beside the vent; one without a theme looks the same."""
    put(connection, theme_periods.period(today, theme_periods.choices_in(connection)), theme, to)


def put(connection: Connection, period: str, theme: Theme | None, to: Luisteraar) -> None:
    """Store a token for a period."""
    word = theme.value if theme else ""
    code = token_codes.code_of(connection, word, period, to.id)
    sealed = envelope.seal_token(word, to.public, code)
    row = {"id": secrets.token_bytes(16), "luisteraar": to.id, "quarter": period, "sealed": sealed}
    connection.execute(insert(theme_token).values(row))


def of_reader(connection: Connection, reader: Luisteraar, key: ReaderKey) -> tuple[OpenToken, ...]:
    """Every token of a luisteraar; one that may not count carries no theme.

    Raises
    ------
    StoreFailing
        When somebody else changed what is remembered of earlier counts.
    """
    settled, earlier = token_codes.settled(connection), token_codes.earlier(connection)
    rows = connection.execute(
        select(theme_token).where(theme_token.c.luisteraar == reader.id)
    ).all()
    tokens: list[OpenToken] = []
    read: set[str] = set()
    for row in rows:
        word, digest = "", token_codes.digest_of(row.sealed)
        if digest not in read and digest not in settled:
            word = _word(connection, row, key, earlier)
        read.add(digest)
        tokens.append(OpenToken(row.id, row.quarter, word, digest))
    return tuple(tokens)


def remove(connection: Connection, tokens: Iterable[OpenToken]) -> None:
    """Delete these tokens."""
    for token in tokens:
        connection.execute(delete(theme_token).where(theme_token.c.id == token.id))


def holders(connection: Connection, period: str) -> frozenset[str]:
    """The ids of the luisteraars who have this period to count."""
    named = select(theme_token.c.luisteraar).where(theme_token.c.quarter == period).distinct()
    return frozenset(connection.execute(named).scalars())


def strike(
    engine: Engine,
    reader: Luisteraar,
    key: ReaderKey,
    struck: Sequence[tuple[date, Theme]],
) -> None:
    """Take one token of its theme, where there is one, for each removed vent (its day and theme).

    Tokens of a theme cannot be told apart, so any will do. All tokens of those periods are sealed
    anew, as many as there were: the store does not show how many lost their theme.
    """
    with writing(engine) as connection:
        chosen = theme_periods.choices_in(connection)
        remaining = Counter(
            (theme_periods.period(day, chosen), theme.value) for day, theme in struck
        )
        periods = {period for period, _ in remaining}
        tokens = [each for each in of_reader(connection, reader, key) if each.period in periods]
        remove(connection, tokens)
        for token in tokens:
            word = token.word
            if remaining[token.period, word] > 0:
                remaining[token.period, word] -= 1
                word = ""
            put(connection, token.period, Theme(word) if word else None, reader)
    flush_log(engine)


def pass_on(
    connection: Connection,
    period: str,
    to: Luisteraar,
    words: Iterable[str],
    settled: Mapping[Theme, int],
) -> None:
    """Seal what is not settled to another luisteraar, and an empty token for each that is."""
    open_themes = {theme.value: theme for theme in Theme if theme not in settled}
    for word in words:
        put(connection, period, open_themes.get(word), to)


def forget_uncounted(engine: Engine, today: date) -> int:
    """Delete the tokens that were not counted within a year after their period; returns how many.

    A luisteraar who lost the key can never count them.
    """
    with reading(engine) as connection:
        names = connection.execute(select(theme_token.c.quarter).distinct()).scalars().all()
    old = [name for name in names if theme_periods.last_day(name) < today - UNCOUNTED]
    if not old:
        return 0
    with writing(engine) as connection:
        deletion = delete(theme_token).where(theme_token.c.quarter.in_(old))
        deleted = connection.execute(deletion).rowcount
    flush_log(engine)
    return deleted


def _word(
    connection: Connection, row: Row[Any], key: ReaderKey, earlier: Collection[str] | None
) -> str:
    try:
        word, code = envelope.open_token(row.sealed, key)
    except envelope.Damaged:
        return ""
    if code == token_codes.NO_CODE:
        counts = earlier is None or token_codes.digest_of(row.sealed) in earlier
    else:
        expected = token_codes.code_of(connection, word, row.quarter, row.luisteraar)
        counts = hmac.compare_digest(code, expected)
    return word if counts and word in set(Theme) else ""
