"""Themes for leadership: only counted per closed quarter, and only what at least five carry.

Every vent drops one token in a box of its own: its theme where the sender allows, else nothing,
in one size and without a link to the vent. At the end of a quarter the luisteraar's unlocked
session counts, writes what reaches five and throws the tokens away.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select, update

from monitor.klaagmuur import days, envelope
from monitor.klaagmuur.content import Theme
from monitor.klaagmuur.envelope import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.store.engine import flush_log, reading, writing
from monitor.store.klaagmuur_tables import theme_release, theme_token

FEWEST = 5
UNCOUNTED = timedelta(366)
"""How long a token waits after its quarter for a luisteraar who does not come."""
LONGEST_LINE = 280
BANDS = ((50, "50+"), (25, "25-49"), (15, "15-24"), (10, "10-14"), (5, "5-9"))


@dataclass(frozen=True, slots=True)
class Released:
    """A theme of a closed quarter, as leadership sees it; how many only as a band."""

    quarter: str
    theme: Theme
    band: str
    line: str


def new_token(theme: Theme | None, to: Luisteraar) -> bytes:
    """A sealed token; without a theme it looks the same."""
    return envelope.seal_token(theme.value if theme else "", to.public)


def drop(connection: Connection, token: bytes, to: Luisteraar, today: date) -> None:
    """Put a token in the box, in the transaction that stores the vent."""
    connection.execute(
        insert(theme_token).values(
            id=secrets.token_bytes(16),
            luisteraar=to.id,
            quarter=days.quarter(today),
            sealed=token,
        )
    )


def reaching(words: Iterable[str]) -> Mapping[Theme, int]:
    """The themes at least five tokens carry; anything lower is gone when this returns."""
    counted = Counter(words)
    return {theme: counted[theme.value] for theme in Theme if counted[theme.value] >= FEWEST}


def band(count: int) -> str:
    """A count in a band; empty below five."""
    return next((name for least, name in BANDS if count >= least), "")


def close_quarters(engine: Engine, who: Luisteraar, key: ReaderKey, today: date) -> tuple[str, ...]:
    """Count the quarters that are over, release what reaches five, delete their tokens.

    Safe to repeat: a token that was counted is gone. Returns the quarters counted.
    """
    over = (theme_token.c.luisteraar == who.id, theme_token.c.quarter < days.quarter(today))
    with reading(engine) as connection:
        if connection.execute(select(theme_token.c.id).where(*over).limit(1)).first() is None:
            return ()
    boxes: dict[str, list[str]] = {}
    with writing(engine) as connection:
        tokens = select(theme_token.c.quarter, theme_token.c.sealed).where(*over)
        for row in connection.execute(tokens):
            boxes.setdefault(row.quarter, []).append(_word(row.sealed, key))
        for quarter, words in boxes.items():
            for theme, count in reaching(words).items():
                _release(connection, quarter, theme, count)
        connection.execute(delete(theme_token).where(*over))
    flush_log(engine)
    return tuple(sorted(boxes))


def forget_uncounted(engine: Engine, today: date) -> int:
    """Delete tokens nobody counted within a year after their quarter; returns how many.

    A luisteraar who lost the key can never count them.
    """
    over = theme_token.c.quarter < days.quarter(today - UNCOUNTED)
    with reading(engine) as connection:
        if connection.execute(select(theme_token.c.id).where(over).limit(1)).first() is None:
            return 0
    with writing(engine) as connection:
        gone = connection.execute(delete(theme_token).where(over)).rowcount
    flush_log(engine)
    return gone


def released(engine: Engine) -> tuple[Released, ...]:
    """Everything leadership may see, the latest quarter first."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(theme_release).order_by(
                theme_release.c.quarter.desc(), theme_release.c.times.desc(), theme_release.c.theme
            )
        ).all()
    return tuple(Released(row.quarter, Theme(row.theme), band(row.times), row.line) for row in rows)


def write_line(engine: Engine, quarter: str, theme: Theme, line: str) -> None:
    """A neutral line by the luisteraar beside a released theme; empty takes it away.

    Raises
    ------
    LuisteraarRefused
        When the line is too long, or that theme was not released.
    """
    told = " ".join(line.split())
    if len(told) > LONGEST_LINE:
        raise LuisteraarRefused("themes.line_long", longest=LONGEST_LINE)
    with writing(engine) as connection:
        written = connection.execute(
            update(theme_release)
            .where(theme_release.c.quarter == quarter, theme_release.c.theme == theme.value)
            .values(line=told)
        )
        if written.rowcount != 1:
            raise LuisteraarRefused("themes.not_released")


def _release(connection: Connection, quarter: str, theme: Theme, count: int) -> None:
    same = (theme_release.c.quarter == quarter, theme_release.c.theme == theme.value)
    earlier = connection.scalar(select(theme_release.c.times).where(*same))
    if earlier is None:  # by another luisteraar, who counted the own five or more
        row = {"quarter": quarter, "theme": theme.value, "times": count}
        connection.execute(insert(theme_release).values(row))
    else:
        connection.execute(update(theme_release).where(*same).values(times=earlier + count))


def _word(sealed: bytes, key: ReaderKey) -> str:
    try:
        return envelope.open_token(sealed, key)
    except envelope.Damaged:
        return ""
