"""Themes for leadership: counted per closed period, and released from five vents on.

Every vent leaves one sealed token: its theme where the sender allows that, else nothing. After a
quarter or half year the luisteraar sees, with the unlocked key, which themes reached five, and
releases or withholds each. A theme that is withheld leaves what one under five leaves: nothing. Of
several luisteraars the first seals what was not settled to one who has yet to count; the last one
counts all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine, insert, select, update

from monitor.bands import band
from monitor.klaagmuur import theme_periods, theme_tokens, token_codes
from monitor.klaagmuur.content import Theme
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.klaagmuur.theme_tokens import OpenToken
from monitor.store.engine import flush_log, reading, writing
from monitor.store.klaagmuur_tables import theme_release, theme_token

FEWEST = 5
LONGEST_LINE = 280


@dataclass(frozen=True, slots=True)
class Released:
    """A theme of a closed period as leadership sees it, its count as a band."""

    quarter: str
    theme: Theme
    band: str
    line: str


@dataclass(frozen=True, slots=True)
class DueCount:
    """A period that is over and waits to be counted by one luisteraar.

    Parameters
    ----------
    counts
        The themes that at least five tokens carry; lower counts are not kept.
    tokens
        What was counted; a token that comes later waits for the next time.
    """

    period: str
    counts: Mapping[Theme, int] = field(repr=False)
    tokens: tuple[OpenToken, ...] = field(repr=False)


def reaching(words: Iterable[str]) -> Mapping[Theme, int]:
    """The counts of the themes that at least five tokens carry; lower counts are not kept."""
    counts = Counter(words)
    return {theme: counts[theme.value] for theme in Theme if counts[theme.value] >= FEWEST}


def has_due(engine: Engine, reader: Luisteraar, today: date) -> bool:
    """Whether a period that is over waits for this luisteraar to count it; needs no key."""
    named = select(theme_token.c.quarter).where(theme_token.c.luisteraar == reader.id).distinct()
    with reading(engine) as connection:
        names = connection.execute(named).scalars().all()
    return any(theme_periods.last_day(name) < today for name in names)


def due(engine: Engine, reader: Luisteraar, key: ReaderKey, today: date) -> tuple[DueCount, ...]:
    """The periods that are over, the earliest first; nothing is stored or deleted."""
    with reading(engine) as connection:
        tokens = theme_tokens.of_reader(connection, reader, key)
    waiting: dict[str, list[OpenToken]] = {}
    for token in tokens:
        if theme_periods.last_day(token.period) < today:
            waiting.setdefault(token.period, []).append(token)
    return tuple(
        DueCount(period, reaching(each.word for each in counted), tuple(counted))
        for period, counted in sorted(waiting.items())
    )


def settle(
    engine: Engine,
    reader: Luisteraar,
    counted: DueCount,
    withheld: Collection[Theme],
    today: date,
    present: Sequence[Luisteraar] = (),
) -> None:
    """Release what reached five and is not withheld, and delete the tokens.

    What does not reach five is deleted, unless another luisteraar still has that period to count.
    Then it is sealed to that one, as many tokens as there were, so that together they count for
    the whole organisation. Safe to repeat: a counted token is deleted.

    Parameters
    ----------
    present
        The luisteraars of today; `reader` may be among them.
    """
    with writing(engine) as connection:
        ids = select(theme_token.c.id).where(theme_token.c.luisteraar == reader.id)
        stored = set(connection.execute(ids).scalars())
        if not all(token.id in stored for token in counted.tokens):
            return  # counted before, by a second click or in another window
        for theme, count in counted.counts.items():
            if theme not in withheld:
                _release(connection, counted.period, theme, count)
        next_reader = _next(connection, counted.period, reader, today, present)
        theme_tokens.remove(connection, counted.tokens)
        token_codes.note_settled(connection, (token.digest for token in counted.tokens))
        if next_reader is not None:
            words = [token.word for token in counted.tokens]
            theme_tokens.pass_on(connection, counted.period, next_reader, words, counted.counts)
    flush_log(engine)


def close_quarters(
    engine: Engine,
    reader: Luisteraar,
    key: ReaderKey,
    today: date,
    present: Sequence[Luisteraar] = (),
) -> tuple[str, ...]:
    """Settle every period that is over and withhold nothing; returns their names."""
    counts = due(engine, reader, key, today)
    for counted in counts:
        settle(engine, reader, counted, (), today, present)
    return tuple(counted.period for counted in counts)


def released(engine: Engine) -> tuple[Released, ...]:
    """Every released theme, the latest period first."""
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
    period: str,
    reader: Luisteraar,
    today: date,
    present: Sequence[Luisteraar],
) -> Luisteraar | None:
    """Another luisteraar who is present and still has this period to count, if there is one."""
    others = theme_tokens.holders(connection, period) - {reader.id}
    candidates = [each for each in present if each.id in others and not each.is_absent(today)]
    return min(candidates, key=lambda each: each.id, default=None)


def _release(connection: Connection, period: str, theme: Theme, count: int) -> None:
    of_theme = (theme_release.c.quarter == period, theme_release.c.theme == theme.value)
    earlier = connection.scalar(select(theme_release.c.times).where(*of_theme))
    if earlier is None:
        row = {"quarter": period, "theme": theme.value, "times": count}
        connection.execute(insert(theme_release).values(row))
    else:  # another luisteraar had five or more; these are five or more besides
        connection.execute(update(theme_release).where(*of_theme).values(times=earlier + count))
