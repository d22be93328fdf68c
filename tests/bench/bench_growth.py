"""Cost of closing, reading and showing results as staff, units and months grow.

All months but the last are counted, sealed and stored as the app does it, without envelopes; the
last one is closed from a full ballot box. Pages are requested over the websocket, as a browser
does, by a leidinggevende of the whole organisation.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import select

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.climate import close_round, results
from monitor.config.settings import read
from monitor.context import AppContext, build_context
from monitor.organisation.register import import_tree
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count import sealed_store, sealing
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.count.sealing import Sealed
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.engine import writing
from monitor.store.tables import account
from tests.bench import dashboards
from tests.bench.bench_pulse import tree_of
from tests.bench.dashboards import Seat
from tests.bench.full_box import fill_box
from tests.bench.server import Server, environment, serving
from tests.bench.table import Row

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
FIRST_YEAR = 2016
PLACES = 0.6
"""The share of the staff that answers."""
DIFFERENT = 6
"""Number of distinct months that are counted; later months repeat them in turn."""
CLICKS = 15
LEADER = "leider@stad.example"


@dataclass(frozen=True, slots=True)
class Size:
    """How large an organisation is, and how many months it has measured."""

    staff: int
    units: int
    months: int

    @property
    def teams(self) -> int:
        """The number to give `tree_of`: without the root and, if there is one, its department."""
        return self.units - (1 if self.units > 100 else 2)

    def __str__(self) -> str:
        return f"{self.staff:,} staff, {self.units:,} units, {self.months} months"


STEPS = (
    (Size(500, 20, 12),),
    (Size(20_000, 20, 12),),
    (Size(20_000, 2_000, 12), Size(20_000, 2_000, 60), Size(20_000, 2_000, 120)),
)
"""Organisations; each is measured at several ages."""
AIMED = Size(20_000, 2_000, 60)
LARGEST = Size(20_000, 2_000, 120)


def main(rows: list[Row]) -> None:
    """Run all sizes; takes about five minutes."""
    for sizes in STEPS:
        with tempfile.TemporaryDirectory() as folder:
            _grow(Path(folder), sizes, rows)


def _grow(folder: Path, sizes: Sequence[Size], rows: list[Row]) -> None:
    context = build_context(read(environment(folder)))
    import_tree(context.engine, tree_of(sizes[0].teams), "bench", NOW)
    town = Town(context, load(context.settings.questionnaire_file), sizes[0])
    for size in sizes:
        for period in town.missing(size.months - 1):
            town.seal(period)
        (last,) = town.missing(size.months)
        rows.append(Row(f"{size}: closing, signals frozen", town.close(last), "s"))
        rows.extend(_figures(context, size))
        with serving(folder) as server:
            rows.extend(asyncio.run(_pages(server, town.seat, size)))
    context.engine.dispose()


def _figures(context: AppContext, size: Size) -> Iterator[Row]:
    """What a process does after it has started: read all months, then judge every series.

    Working them all out is done once, after an upgrade or a restore; a start reads what was kept.
    """
    for what, aim in (("working all months out", ""), ("reading them after a start", "<= 2")):
        engine = build_context(context.settings).engine
        start = time.perf_counter()
        release = results.results(engine)
        aimed = aim if size == LARGEST else ""
        yield Row(f"{size}: {what}", time.perf_counter() - start, "s", aimed)
        results.keep(engine)
        engine.dispose()
    start = time.perf_counter()
    release.control_charts  # noqa: B018 - worked out at first use
    yield Row(f"{size}: signals of all series", 1000 * (time.perf_counter() - start), "ms")


async def _pages(server: Server, seat: Seat, size: Size) -> list[Row]:
    first = await dashboards.open_seat(server, seat)
    rows = [
        Row(f"{size}: overview, first of the process", first, "s"),
        Row(f"{size}: resident memory after it", server.resident(), "MB"),
    ]
    for name, page in (("overview", ""), ("trend", "verloop")):
        before = server.cpu()
        took = [await dashboards.click(seat, page) for _ in range(CLICKS)]
        cpu = (server.cpu() - before) / CLICKS
        aim = "<= 150" if size == AIMED and name == "overview" else ""
        rows += [
            Row(f"{size}: {name}, median", 1000 * statistics.median(took), "ms", aim),
            Row(f"{size}: {name}, server CPU", 1000 * cpu, "ms"),
        ]
    assert seat.channel is not None
    await seat.channel.close()
    if b"Stad" not in seat.received:
        raise AssertionError("the page was not that of the organisation: nothing was measured")
    aim = "<= 300" if size == LARGEST else ""
    return [
        *rows,
        Row(f"{size}: resident memory", server.resident(), "MB"),
        Row(f"{size}: most resident memory at any moment", server.peak(), "MB", aim),
    ]


class Town:
    """An organisation in which a fixed share of the staff answers at random every month."""

    def __init__(self, context: AppContext, questions: Questionnaire, size: Size) -> None:
        self._context = context
        self._questions = questions
        self._rng = np.random.default_rng(1)
        self._size = size
        self._sealed: list[Sealed] = []
        self._periods = iter(
            f"{FIRST_YEAR + number // 12}-{number % 12 + 1:02d}" for number in range(sys.maxsize)
        )
        self._months = 0
        self.seat = _leader(context)

    def missing(self, months: int) -> Iterator[str]:
        """The next periods, until there are `months` of them."""
        while self._months < months:
            self._months += 1
            yield next(self._periods)

    def seal(self, period: str) -> None:
        """Open, count and seal a month without passing through the ballot box."""
        survey_round = rounds.open_round(self._context, period, self._questions, None, "bench", NOW)
        with writing(self._context.engine) as connection:
            tree = round_units.frozen_tree(connection, period)
            keys = tuple(unit.key for unit in tree.units)
            sealed = self._month(CountingScheme.of(tuple(tree.parent_places), self._questions))
            sealed_store.store(connection, period, sealed, keys, self._questions)
            rounds.set_status(connection, period, RoundStatus.SEALED)
        self._context.keys.destroy(survey_round.key_name)

    def close(self, period: str) -> float:
        """Fill the ballot box of a month and close it; return the seconds the close took."""
        fill_box(self._context, period, self._questions, self.sheets(), None, NOW)
        start = time.perf_counter()
        result = close_round.close(self._context, period, "bench", NOW)
        took = time.perf_counter() - start
        if result.incomplete:
            raise AssertionError("the box was not whole: nothing was measured")
        return took

    def _month(self, shape: CountingScheme) -> Sealed:
        if len(self._sealed) < DIFFERENT:
            self._sealed.append(sealing.seal(count(self.sheets(), shape), shape, 5))
            return self._sealed[-1]
        return self._sealed[self._months % DIFFERENT]

    def sheets(self) -> list[AnswerSheet]:
        """What the staff answers in a month."""
        respondents = round(self._size.staff * PLACES)
        questions = len(self._questions.questions)
        answers = self._rng.integers(1, 6, (respondents, questions)).tolist()
        units = self._rng.integers(1, self._size.units, respondents).tolist()
        return [AnswerSheet(unit, tuple(sheet)) for unit, sheet in zip(units, answers, strict=True)]


def _leader(context: AppContext) -> Seat:
    accounts.add(context.engine, LEADER, Role.LEIDINGGEVENDE, "stad", "bench", NOW)
    with writing(context.engine) as connection:
        account_id = select(account.c.id).where(account.c.email == LEADER)
        token = sessions.start(connection, connection.execute(account_id).scalar_one(), clock.now())
    return Seat("Stad", token)
