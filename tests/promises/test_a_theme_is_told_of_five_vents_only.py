"""Who can write in the store makes no theme of five tokens out of the token of one vent.

Whoever watches the store knows which token came with which vent until the night, and of the first
vent of a quarter for good. Each attack has a control in which it tells that vent's theme: a program
that takes any token that opens for one, as it did until 2026-11-26.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select

from monitor import clock
from monitor.context import AppContext
from monitor.errors import StoreFailing
from monitor.klaagmuur import daily, envelope, theme_tokens, themes, token_codes, vents
from monitor.klaagmuur.content import Theme, Vent
from monitor.klaagmuur.theme_tokens import OpenToken
from monitor.klaagmuur.vents import Draft
from monitor.store.delivery_tables import setting
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import theme_release, theme_token
from tests.promises import canary, intruder

pytestmark = pytest.mark.usefixtures("no_midnight")

NEXT = date(2027, 1, 4)


@dataclass
class Watched:
    """Somebody wrote one vent, and whoever can write in the store kept the row of its token."""

    context: AppContext
    noor: canary.Listener
    row: dict[str, object]

    def put(self, *sealed: bytes, period: str = "2026Q4") -> None:
        """Put tokens in."""
        mine = {"luisteraar": self.noor.reader.id, "quarter": period}
        rows = [{"id": secrets.token_bytes(16), "sealed": each} | mine for each in sealed]
        with intruder.writing_in(self.context) as connection:
            connection.execute(insert(theme_token), rows)

    def counts(self, today: date = NEXT) -> dict[Theme, int]:
        """What the luisteraar is shown to release."""
        counted = themes.due(self.context.engine, self.noor.reader, self.noor.key, today)
        return {theme: n for each in counted for theme, n in each.counts.items()}


def send(context: AppContext, theme: Theme) -> None:
    vents.send(context, Draft(Vent(theme=theme, text="Iets."), countable=True), clock.now())


def tokens(context: AppContext) -> list[dict[str, object]]:
    with reading(context.engine) as connection:
        return [dict(row) for row in connection.execute(select(theme_token)).mappings()]


@pytest.fixture
def watched(context: AppContext, noor: canary.Listener) -> Watched:
    """One vent about work pressure."""
    send(context, Theme.PRESSURE)
    daily.tick(context, clock.now())
    (row,) = tokens(context)
    return Watched(context, noor, row)


def copy_it(watched: Watched) -> None:
    """Five of the same, and no other token."""
    watched.put(*[watched.row["sealed"]] * 4)  # type: ignore[list-item]


def seal_four_of_each(watched: Watched) -> None:
    """Tokens as the program makes them, but for the code."""
    public = watched.noor.reader.public
    for code in (bytes(16), secrets.token_bytes(16)):
        watched.put(*[envelope.seal_token(theme, public, code) for theme in Theme] * 2)


def bring_earlier_ones(watched: Watched) -> None:
    """Four of an earlier quarter, of which the theme was released."""
    with writing(watched.context.engine) as connection:
        for _ in range(4):
            theme_tokens.put(connection, "2026Q3", Theme.PRESSURE, watched.noor.reader)
    earlier = [row for row in tokens(watched.context) if row["quarter"] == "2026Q3"]
    with intruder.writing_in(watched.context) as connection:
        connection.execute(delete(theme_token).where(theme_token.c.quarter == "2026Q3"))
    watched.put(*[row["sealed"] for row in earlier])  # type: ignore[misc]


ATTACKS = (copy_it, seal_four_of_each, bring_earlier_ones)


@pytest.fixture(params=[False, True], ids=["", "control"])
def succeeds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the program takes any token that opens for one."""

    def whatever_opens(connection: object, who: object, key: object) -> tuple[OpenToken, ...]:
        rows = connection.execute(select(theme_token)).all()  # type: ignore[attr-defined]
        words = [envelope.open_token(row.sealed, key)[0] for row in rows]  # type: ignore[arg-type]
        return tuple(OpenToken(r.id, r.quarter, w) for r, w in zip(rows, words, strict=True))

    if request.param:
        monkeypatch.setattr(theme_tokens, "of_reader", whatever_opens)
    return bool(request.param)


@pytest.mark.parametrize("attack", ATTACKS)
def test_one_vent_is_no_five(
    watched: Watched, attack: Callable[[Watched], None], succeeds: bool
) -> None:
    attack(watched)

    assert list(watched.counts()) == ([Theme.PRESSURE] if succeeds else [])


def test_what_was_counted_is_not_counted_again_without_one(
    context: AppContext, noor: canary.Listener, succeeds: bool
) -> None:
    """Five tokens released a theme; four of them and the one in question tell whether it is it."""
    for theme in (Theme.PRESSURE,) * 5 + (Theme.COLLEAGUES,):
        send(context, theme)
    rows = tokens(context)
    themes.close_quarters(context.engine, noor.reader, noor.key, NEXT)
    watched = Watched(context, noor, rows[0])
    with intruder.writing_in(context) as connection:
        connection.execute(insert(theme_token), rows)

    assert bool(watched.counts()) == succeeds


def test_the_record_of_what_was_counted_is_not_taken_away(
    context: AppContext, noor: canary.Listener
) -> None:
    for _ in range(5):
        send(context, Theme.PRESSURE)
    themes.close_quarters(context.engine, noor.reader, noor.key, NEXT)
    with intruder.writing_in(context) as connection:
        connection.execute(delete(setting).where(setting.c.key == "klaagmuur.themes_settled"))

    with pytest.raises(StoreFailing, match=r"store\.rows_closed"):
        themes.due(context.engine, noor.reader, noor.key, NEXT)


def test_tokens_of_an_earlier_version_count_and_only_those_that_were_there(
    context: AppContext, noor: canary.Listener
) -> None:
    watched = Watched(context, noor, {})
    earlier = [envelope.seal_token("pressure", noor.reader.public, bytes(16)) for _ in range(5)]
    watched.put(*earlier)
    daily.tick(context, clock.now())
    later = [envelope.seal_token("colleagues", noor.reader.public, bytes(16)) for _ in range(5)]
    watched.put(*later)
    daily.tick(context, clock.now() + timedelta(1))

    assert watched.counts() == {Theme.PRESSURE: 5}
    themes.close_quarters(context.engine, noor.reader, noor.key, NEXT)
    with reading(context.engine) as connection:
        assert connection.scalars(select(theme_release.c.theme)).all() == ["pressure"]
        digests = map(token_codes.digest_of, (*earlier, *later))
        assert token_codes.settled(connection) == frozenset(digests)
