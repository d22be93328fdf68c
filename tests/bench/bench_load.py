"""10,000 submissions in a burst, compared with a handler that does nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from monitor.config.settings import read
from monitor.context import AppContext, build_context
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from tests import postgres
from tests.bench import dashboards
from tests.bench.burst import Burst, burst
from tests.bench.disk import sync_milliseconds
from tests.bench.server import environment, serving, starting
from tests.bench.table import Row, skipped

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
PERIOD = "2026-11"
WAVES = ((20, 3_000), (200, 3_000), (1_000, 4_000))
"""Pairs of concurrent clients and submissions: 10,000 submissions in all."""
WARM = 40
UNITS = 10
PAGE_BYTES = 5_000


def main(rows: list[Row]) -> None:
    """Measure submissions on both databases, then the dashboard; takes two to five minutes."""
    with tempfile.TemporaryDirectory() as folder:
        disk = sync_milliseconds(Path(folder))
    rows.append(Row("time to write and sync one record on this disk", disk, "ms"))
    floor = _floor()
    _report(rows, "plain Starlette handler", floor)
    with tempfile.TemporaryDirectory() as folder:
        sqlite = _submissions(Path(folder), environment(Path(folder)))
    _report(rows, "SQLite", sqlite, floor)
    if postgres.installed():
        with (
            tempfile.TemporaryDirectory() as folder,
            postgres.cluster(safe=True) as cluster,
            cluster.database() as url,
        ):
            chosen = environment(Path(folder)) | {"TEAMKLIMAAT_DATABASE_URL": url}
            _report(rows, "PostgreSQL", _submissions(Path(folder), chosen), floor)
    else:
        rows.append(skipped("PostgreSQL", "PostgreSQL is not installed on this machine"))
    with tempfile.TemporaryDirectory() as folder:
        dashboards.measure(Path(folder), rows)


def _floor() -> tuple[Burst, ...]:
    command = ["-m", "tests.bench.floor", "{port}", str(PAGE_BYTES)]
    with tempfile.TemporaryDirectory() as folder, starting(command, Path(folder), {}) as server:
        burst(server, ["warm"] * WARM, b"a=4", 20)
        return tuple(burst(server, ["x"] * many, b"a=4&b=4", clients) for clients, many in WAVES)


def _submissions(folder: Path, chosen: dict[str, str]) -> tuple[Burst, ...]:
    context, body = _context(chosen)
    total = WARM + sum(many for _, many in WAVES)
    counts = {f"team-{number}": -(-total // UNITS) for number in range(UNITS)}
    codes = [i.code for i in issue.invite(context, PERIOD, counts, "bench", NOW)]
    with serving(folder, chosen) as server:
        burst(server, _take(codes, WARM), body, 20)
        waves = tuple(burst(server, _take(codes, many), body, clients) for clients, many in WAVES)
    closing.close(context, PERIOD, "bench", NOW)
    counted = int(sealed_store.load(context.engine, PERIOD).release.n[0].max())
    context.engine.dispose()
    acknowledged = WARM + sum(wave.acknowledged for wave in waves)
    if counted != acknowledged:
        raise AssertionError(f"{acknowledged} were thanked and {counted} counted")
    return waves


def _take(codes: list[str], many: int) -> list[str]:
    taken, codes[:] = codes[:many], codes[many:]
    return taken


def _context(chosen: dict[str, str]) -> tuple[AppContext, bytes]:
    context = build_context(read(chosen))
    teams = (Unit(f"team-{number}", "stad", f"Team {number}") for number in range(UNITS))
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"), *teams)), "bench", NOW)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "bench", NOW)
    return context, "&".join(f"{question.key}=4" for question in questions.questions).encode()


def _report(
    rows: list[Row], name: str, waves: Sequence[Burst], floor: Sequence[Burst] = ()
) -> None:
    for number, wave in enumerate(waves):
        label = f"{name}, {wave.clients} at a time"
        aimed = bool(floor) and wave.clients == 20
        rows += [
            Row(f"{label}: submissions", wave.acknowledged / wave.seconds, "/s", ">= 300" * aimed),
            Row(f"{label}: 95th percentile", wave.percentile(0.95), "ms", "<= 100" * aimed),
            Row(
                f"{label}: server CPU each",
                1000 * wave.server_cpu / wave.acknowledged,
                "ms",
                "<= 3" * bool(floor),
            ),
            Row(f"{label}: failed", wave.failed.total(), "", "0"),
        ]
        if floor:
            each = wave.server_cpu / wave.acknowledged
            least = floor[number].server_cpu / floor[number].acknowledged
            rows.append(Row(f"{label}: CPU, as a multiple of the plain handler", each / least, "x"))
