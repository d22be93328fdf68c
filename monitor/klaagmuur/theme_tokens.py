"""Theme tokens: one sealed word per vent, in one size and without a link to the vent."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select

from monitor.klaagmuur import envelope, theme_periods
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


def new_token(theme: Theme | None, to: Luisteraar) -> bytes:
    """A sealed token; one without a theme looks the same."""
    return envelope.seal_token(theme.value if theme else "", to.public)


def drop(connection: Connection, token: bytes, to: Luisteraar, today: date) -> None:
    """Store a token, in the transaction that stores the vent."""
    put(connection, theme_periods.period(today, theme_periods.choices_in(connection)), token, to)


def put(connection: Connection, period: str, token: bytes, to: Luisteraar) -> None:
    """Store a token for a period."""
    row = {"id": secrets.token_bytes(16), "luisteraar": to.id, "quarter": period, "sealed": token}
    connection.execute(insert(theme_token).values(row))


def of_reader(connection: Connection, reader: Luisteraar, key: ReaderKey) -> tuple[OpenToken, ...]:
    """Every token of a luisteraar; one that cannot be opened carries no theme."""
    rows = connection.execute(select(theme_token).where(theme_token.c.luisteraar == reader.id))
    return tuple(OpenToken(row.id, row.quarter, _word(row.sealed, key)) for row in rows)


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
            put(connection, token.period, new_token(Theme(word) if word else None, reader), reader)
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
        put(connection, period, new_token(open_themes.get(word), to), to)


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


def _word(sealed: bytes, key: ReaderKey) -> str:
    try:
        word = envelope.open_token(sealed, key)
    except envelope.Damaged:
        return ""
    return word if word in set(Theme) else ""
