"""Themes for leadership: counted per closed quarter, and released from five vents on.

Every vent leaves one sealed token: its theme where the sender allows that, else nothing, in one
size and without a link to the vent. After a quarter the luisteraar's unlocked key counts the
tokens, releases what reaches five and deletes them. Of several luisteraars the first seals what
was not released to one who has yet to count; the last one counts all of it.
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
from monitor.klaagmuur import envelope, key_pinning, quarters, readers
from monitor.klaagmuur.content import Theme
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.store.engine import flush_log, reading, writing
from monitor.store.klaagmuur_tables import theme_release, theme_token

FEWEST = 5
UNCOUNTED = timedelta(366)
"""How long after its quarter a token is kept for a luisteraar who does not unlock."""
LONGEST_LINE = 280


@dataclass(frozen=True, slots=True)
class Released:
    """A theme of a closed quarter as leadership sees it, its count as a band."""

    quarter: str
    theme: Theme
    band: str
    line: str


def new_token(theme: Theme | None, to: Luisteraar) -> bytes:
    """A sealed token; one without a theme looks the same."""
    return envelope.seal_token(theme.value if theme else "", to.public)


def drop(connection: Connection, token: bytes, to: Luisteraar, today: date) -> None:
    """Store a token, in the transaction that stores the vent."""
    _put(connection, quarters.quarter(today), token, to)


def reaching(words: Iterable[str]) -> Mapping[Theme, int]:
    """The counts of the themes that at least five tokens carry; lower counts are not kept."""
    counts = Counter(words)
    return {theme: counts[theme.value] for theme in Theme if counts[theme.value] >= FEWEST}


def count_after_unlocking(context: AppContext, reader_id: str, key: ReaderKey, today: date) -> None:
    """Count the quarters that are over, with the key of the luisteraar of that id.

    Called where a key is unlocked, and by nothing that only shows something.
    """
    everyone = key_pinning.everyone(context, today)
    reader = readers.find(everyone, reader_id)
    if reader is not None:
        close_quarters(context.engine, reader, key, today, readers.active(everyone, today))


def close_quarters(
    engine: Engine,
    who: Luisteraar,
    key: ReaderKey,
    today: date,
    present: Sequence[Luisteraar] = (),
) -> tuple[str, ...]:
    """Count the quarters that are over, release what reaches five, delete their tokens.

    What does not reach five is deleted, unless another luisteraar still has that quarter to
    count. Then it is sealed to that one, as many tokens as there were, so that together they
    count for the whole organisation. Safe to repeat: a counted token is deleted.

    Parameters
    ----------
    present
        The luisteraars of today; `who` may be among them.

    Returns
    -------
    The quarters counted.
    """
    due = (theme_token.c.luisteraar == who.id, theme_token.c.quarter < quarters.quarter(today))
    with reading(engine) as connection:
        if connection.execute(select(theme_token.c.id).where(*due).limit(1)).first() is None:
            return ()
    words_of: dict[str, list[str]] = {}
    with writing(engine) as connection:
        tokens = connection.execute(select(theme_token).where(*due)).all()
        for row in tokens:
            words_of.setdefault(row.quarter, []).append(_word(row.sealed, key))
        for quarter, words in words_of.items():
            counts = reaching(words)
            for theme, count in counts.items():
                _release(connection, quarter, theme, count)
            next_reader = _next(connection, quarter, who, today, present)
            if next_reader is not None:
                _pass_on(connection, quarter, next_reader, words, counts)
        counted = [row.id for row in tokens]
        connection.execute(delete(theme_token).where(theme_token.c.id.in_(counted)))
    flush_log(engine)
    return tuple(sorted(words_of))


def forget_uncounted(engine: Engine, today: date) -> int:
    """Delete the tokens that were not counted within a year after their quarter; returns how many.

    A luisteraar who lost the key can never count them.
    """
    old = theme_token.c.quarter < quarters.quarter(today - UNCOUNTED)
    with reading(engine) as connection:
        if connection.execute(select(theme_token.c.id).where(old).limit(1)).first() is None:
            return 0
    with writing(engine) as connection:
        deleted = connection.execute(delete(theme_token).where(old)).rowcount
    flush_log(engine)
    return deleted


def released(engine: Engine) -> tuple[Released, ...]:
    """Every released theme, the latest quarter first."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(theme_release).order_by(
                theme_release.c.quarter.desc(), theme_release.c.times.desc(), theme_release.c.theme
            )
        ).all()
    return tuple(Released(row.quarter, Theme(row.theme), band(row.times), row.line) for row in rows)


def write_line(engine: Engine, quarter: str, theme: Theme, line: str) -> None:
    """Store a line of the luisteraar beside a released theme; an empty one removes it.

    Raises
    ------
    LuisteraarRefused
        When the line is too long, or that theme was not released.
    """
    spaced = " ".join(line.split())
    if len(spaced) > LONGEST_LINE:
        raise LuisteraarRefused("themes.line_long", longest=LONGEST_LINE)
    with writing(engine) as connection:
        written = connection.execute(
            update(theme_release)
            .where(theme_release.c.quarter == quarter, theme_release.c.theme == theme.value)
            .values(line=spaced)
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
    """Another luisteraar who is present and still has this quarter to count, if there is one."""
    holders = select(theme_token.c.luisteraar).where(theme_token.c.quarter == quarter).distinct()
    others = set(connection.execute(holders).scalars()) - {who.id}
    able = [each for each in present if each.id in others and not each.is_absent(today)]
    return min(able, key=lambda each: each.id, default=None)


def _pass_on(
    connection: Connection,
    quarter: str,
    to: Luisteraar,
    words: Iterable[str],
    counts: Mapping[Theme, int],
) -> None:
    """Seal what was not released to another luisteraar, and an empty token for each that was."""
    passed_on = set(Theme) - set(counts)
    for word in words:
        theme = Theme(word) if word in passed_on else None
        _put(connection, quarter, new_token(theme, to), to)


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
