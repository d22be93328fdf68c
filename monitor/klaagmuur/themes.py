"""Themes for leadership: only counted per closed quarter, and only what at least five carry.

Every vent drops one token in a box of its own: its theme where the sender allows, else nothing,
in one size and without a link to the vent. At the end of a quarter the luisteraar's unlocked
session counts, writes what reaches five and throws the tokens away. Of several luisteraars the
first to come seals what is left to one who is still to come; the last counts it all.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select, update

from monitor.bands import band
from monitor.context import AppContext
from monitor.klaagmuur import envelope, key_pinning, luisteraars, quarters, readers
from monitor.klaagmuur.content import Theme
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.store.engine import flush_log, reading, writing
from monitor.store.klaagmuur_tables import theme_release, theme_token

FEWEST = 5
UNCOUNTED = timedelta(366)
"""How long a token waits after its quarter for a luisteraar who does not come."""
LONGEST_LINE = 280


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
    _put(connection, quarters.quarter(today), token, to)


def reaching(words: Iterable[str]) -> Mapping[Theme, int]:
    """The themes at least five tokens carry; anything lower is gone when this returns."""
    counted = Counter(words)
    return {theme: counted[theme.value] for theme in Theme if counted[theme.value] >= FEWEST}


def count_after_unlocking(context: AppContext, reader_id: str, key: ReaderKey, today: date) -> None:
    """Count the quarters that are over, with the key of the luisteraar of that id.

    Called where a key is unlocked, and by nothing that only shows something.
    """
    known = key_pinning.believed(context.keys, luisteraars.everyone(context.engine), today)
    reader = readers.find(known, reader_id)
    if reader is not None:
        close_quarters(context.engine, reader, key, today, readers.active(known, today))


def close_quarters(
    engine: Engine,
    who: Luisteraar,
    key: ReaderKey,
    today: date,
    present: Sequence[Luisteraar] = (),
) -> tuple[str, ...]:
    """Count the quarters that are over, release what reaches five, delete their tokens.

    What does not reach five is gone; unless another luisteraar still has that quarter to count.
    Then it is sealed to that one, as many tokens as there were, so that together they count for
    the whole organisation. Safe to repeat: a token that was counted is gone.

    Parameters
    ----------
    present
        Who are luisteraar today, besides `who` or with.

    Returns
    -------
    The quarters counted.
    """
    over = (theme_token.c.luisteraar == who.id, theme_token.c.quarter < quarters.quarter(today))
    with reading(engine) as connection:
        if connection.execute(select(theme_token.c.id).where(*over).limit(1)).first() is None:
            return ()
    boxes: dict[str, list[str]] = {}
    with writing(engine) as connection:
        tokens = connection.execute(select(theme_token).where(*over)).all()
        for row in tokens:
            boxes.setdefault(row.quarter, []).append(_word(row.sealed, key))
        for quarter, words in boxes.items():
            told = reaching(words)
            for theme, count in told.items():
                _release(connection, quarter, theme, count)
            further = _next(connection, quarter, who, today, present)
            if further is not None:
                _pass_on(connection, quarter, further, words, told)
        counted = [row.id for row in tokens]
        connection.execute(delete(theme_token).where(theme_token.c.id.in_(counted)))
    flush_log(engine)
    return tuple(sorted(boxes))


def forget_uncounted(engine: Engine, today: date) -> int:
    """Delete tokens nobody counted within a year after their quarter; returns how many.

    A luisteraar who lost the key can never count them.
    """
    over = theme_token.c.quarter < quarters.quarter(today - UNCOUNTED)
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


def _next(
    connection: Connection,
    quarter: str,
    who: Luisteraar,
    today: date,
    present: Sequence[Luisteraar],
) -> Luisteraar | None:
    """Somebody else who is there and still has this quarter to count, if there is one."""
    held = select(theme_token.c.luisteraar).where(theme_token.c.quarter == quarter).distinct()
    having = set(connection.execute(held).scalars()) - {who.id}
    able = [one for one in present if one.id in having and not one.is_absent(today)]
    return min(able, key=lambda one: one.id, default=None)


def _pass_on(
    connection: Connection,
    quarter: str,
    to: Luisteraar,
    words: Iterable[str],
    told: Mapping[Theme, int],
) -> None:
    """Seal what was not released to another luisteraar; in the place of the rest come dummies."""
    released = {theme.value for theme in told}
    for word in words:
        rest = Theme(word) if word in set(Theme) - released else None
        _put(connection, quarter, new_token(rest, to), to)


def _put(connection: Connection, quarter: str, token: bytes, to: Luisteraar) -> None:
    row = {"id": secrets.token_bytes(16), "luisteraar": to.id, "quarter": quarter, "sealed": token}
    connection.execute(insert(theme_token).values(row))


def _release(connection: Connection, quarter: str, theme: Theme, count: int) -> None:
    same = (theme_release.c.quarter == quarter, theme_release.c.theme == theme.value)
    earlier = connection.scalar(select(theme_release.c.times).where(*same))
    if earlier is None:
        row = {"quarter": quarter, "theme": theme.value, "times": count}
        connection.execute(insert(theme_release).values(row))
    else:  # another luisteraar had five or more; these are five or more besides
        connection.execute(update(theme_release).where(*same).values(times=earlier + count))


def _word(sealed: bytes, key: ReaderKey) -> str:
    try:
        return envelope.open_token(sealed, key)
    except envelope.Damaged:
        return ""
