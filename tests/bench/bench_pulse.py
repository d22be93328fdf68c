"""The pulse under load: cost of a submission, throughput, page weight, closing and release."""

from __future__ import annotations

import asyncio
import gzip
import statistics
import tempfile
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import numpy as np

from monitor.climate.results import assemble
from monitor.config.settings import read
from monitor.context import AppContext, build_context
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import AnswerSheet, EnvelopeOpener
from monitor.pulse.count import closing, sealed_store, sealing
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.pulse.disclosure.release import ScoreColumns, SealedMonth, release
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
from tests.bench.disk import sync_milliseconds
from tests.bench.full_box import put_in
from tests.bench.server import Server, environment, serving
from tests.bench.table import Row

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
PERIOD = "2026-11"
SUBMISSIONS = 2_000
CLIENTS = 20


def main(rows: list[Row]) -> None:
    """Measure submissions, a close and a release; takes about two minutes."""
    with tempfile.TemporaryDirectory() as folder:
        _submissions(Path(folder), rows)
    with tempfile.TemporaryDirectory() as folder:
        _closing(Path(folder), rows)
    _release(rows)


# -- submissions ----------------------------------------------------------------------------------


def _submissions(folder: Path, rows: list[Row]) -> None:
    context, questions = _context(folder, teams=20)
    counts = {f"team-{i}": SUBMISSIONS // 10 for i in range(20)}
    codes = [i.code for i in issue.invite(context, PERIOD, counts, "bench", NOW)]
    body = "&".join(f"{question.key}=4" for question in questions.questions).encode()
    rows.append(
        Row("time to write and sync one record on this disk", sync_milliseconds(folder), "ms")
    )
    with serving(folder) as server:
        rows.append(Row("resident memory, idle", server.resident(), "MB", "<= 200"))
        _weigh(server, codes[-1], rows)
        asyncio.run(_drive(server, codes[:CLIENTS], body))  # everything is warm from here on
        batch = codes[CLIENTS : CLIENTS + SUBMISSIONS]
        before, start = server.cpu(), time.perf_counter()
        times = asyncio.run(_drive(server, batch, body))
        seconds, cpu = time.perf_counter() - start, server.cpu() - before
        rows.append(Row("resident memory after that many answers", server.resident(), "MB"))
    milliseconds = sorted(1000 * t for t in times)
    rows += [
        Row("server CPU per submission (GET + POST)", 1000 * cpu / len(batch), "ms", "<= 3"),
        Row("submissions per second, 20 clients", len(batch) / seconds, "/s", ">= 300"),
        Row("GET + POST, median", statistics.median(milliseconds), "ms"),
        Row("GET + POST, 95th percentile", milliseconds[int(0.95 * len(times))], "ms", "<= 100"),
    ]
    _check_count(context, CLIENTS + len(batch))


async def _drive(server: Server, codes: list[str], body: bytes) -> list[float]:
    waiting = list(codes)
    times: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while waiting:
            code = waiting.pop()
            start = time.perf_counter()
            assert await _ask(reader, writer, f"GET /pulse/{code}", b"") == 200
            assert await _ask(reader, writer, f"POST /pulse/{code}", body) == 200
            times.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return times


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str, body: bytes
) -> int:
    writer.write(
        f"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    await reader.readexactly(length)
    return int(head.split()[1])


def _weigh(server: Server, code: str, rows: list[Row]) -> None:
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", f"/pulse/{code}", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    sent = answer.read()
    page = gzip.decompress(sent) if answer.headers.get("Content-Encoding") == "gzip" else sent
    rows.append(Row("the questions page, as sent", len(sent) / 1000, "kB", "<= 15"))
    rows.append(Row("the questions page, unpacked", len(page) / 1000, "kB"))


def _check_count(context: AppContext, expected: int) -> None:
    closing.close(context, PERIOD, "bench", NOW)
    released = sealed_store.load(context.engine, PERIOD).release
    counted = int(released.respondents[0])
    if counted != expected:
        raise AssertionError(f"{expected} submissions were acknowledged, {counted} counted")


# -- closing and release --------------------------------------------------------------------------


def _closing(folder: Path, rows: list[Row]) -> None:
    context, questions = _context(folder, teams=1_999)
    rng = np.random.default_rng(1)
    answers = rng.integers(1, 6, (20_000, len(questions.questions))).tolist()
    sheets = [AnswerSheet(1 + i % 1_999, tuple(sheet)) for i, sheet in enumerate(answers)]
    put_in(context, rounds.get(context.engine, PERIOD), sheets)
    start = time.perf_counter()
    result = closing.close(context, PERIOD, "bench", NOW)
    took = time.perf_counter() - start
    if result.incomplete:
        raise AssertionError("the box was not whole: nothing was measured")
    rows.append(Row("closing 20,000 answers in 2,000 units", took, "s", "<= 10"))
    start = time.perf_counter()
    sealed_store.load(context.engine, PERIOD)
    rows.append(Row("reading and releasing that one month", time.perf_counter() - start, "s"))
    key = envelope.new_round_key()
    sheet_envelope = envelope.seal_answer_sheet(key.public, key.code_key, AnswerSheet(0, (4,) * 9))
    opener = EnvelopeOpener.of(key)
    start = time.perf_counter()
    for _ in range(2_000):
        opener.open(sheet_envelope)
    rows.append(Row("opening one envelope", (time.perf_counter() - start) / 2, "ms"))


def _release(rows: list[Row]) -> None:
    tree = tree_of(1_999)
    questions = load(read({}).questionnaire_file)
    shape = CountingScheme.of(tree.parent_places, questions)
    rng = np.random.default_rng(2)
    months = [_month(tree, shape, rng, number) for number in range(60)]
    start = time.perf_counter()
    complete = assemble([SealedRelease(release(month), tree, questions, {}) for month in months])
    for month in complete.months:
        month.intervals  # noqa: B018 - worked out at first use
    took = time.perf_counter() - start
    rows.append(Row("release of 2,000 units × 60 months, with intervals", took, "s", "<= 1"))
    start = time.perf_counter()
    lines = sum(1 for _ in complete.rows())
    took = time.perf_counter() - start
    rows.append(Row(f"all of it as {lines:,} rows of the export", took, "s"))


def _month(tree: Tree, shape: CountingScheme, rng: np.random.Generator, number: int) -> SealedMonth:
    answers = rng.integers(0, 6, (12_000, shape.questions)).tolist()
    units = rng.integers(1, len(tree), 12_000).tolist()
    sheets = [AnswerSheet(unit, tuple(sheet)) for unit, sheet in zip(units, answers, strict=True)]
    sealed = sealing.seal(count(sheets, shape), shape, 5)
    flat = [
        (a.unit, a.pool, place, n, points)
        for a in sealed.atoms
        for place, n, points in zip(shape.themes[a.theme], a.n, a.points, strict=True)
    ]
    unit, pool, question, n, points = (np.array(column) for column in zip(*flat, strict=True))
    return SealedMonth(
        period=f"{2020 + number // 12}-{number % 12 + 1:02d}",
        units=tuple(u.key for u in tree.units),
        parents=shape.parents,
        invited=(0, *[10] * (len(tree) - 1)),
        issued=(0, *[10] * (len(tree) - 1)),
        themes=shape.themes,
        atoms=ScoreColumns(unit, pool, question, n, points),
        category_counts=(),
        within_variances=sealed.within_variances,
    )


# -- the organisation ------------------------------------------------------------------------------


def tree_of(teams: int) -> Tree:
    """An organisation with `teams` units beneath the root: departments, and teams in them."""
    departments = max(1, teams // 50)
    units = [Unit("stad", None, "Stad")]
    units += [Unit(f"afdeling-{i}", "stad", f"Afdeling {i}") for i in range(departments)]
    left = teams - departments if teams > 100 else teams
    units += [Unit(f"team-{i}", f"afdeling-{i % departments}", f"Team {i}") for i in range(left)]
    return Tree(tuple(units))


def _context(folder: Path, teams: int) -> tuple[AppContext, Questionnaire]:
    context = build_context(read(environment(folder)))
    import_tree(context.engine, tree_of(teams), "bench", NOW)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "bench", NOW)
    return context, questions
