"""Many small organisations on one machine: a process and a database each, on one PostgreSQL.

Measured while nobody does anything, and while all of them close a round in the same minute.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy.engine import make_url

from monitor.clock import local_day
from monitor.config.settings import read
from monitor.context import build_context
from monitor.organisation.register import import_tree
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count.sealed_store import sealed_periods
from monitor.pulse.questionnaire import load
from tests import postgres
from tests.bench.bench_growth import NOW, PLACES, Size, Town
from tests.bench.bench_pulse import tree_of
from tests.bench.full_box import fill_box
from tests.bench.server import Server, environment, serving
from tests.bench.table import Row, skipped
from tests.postgres import Cluster

MANY = int(os.environ.get("ORGANISATIONS", "20"))
SMALL = Size(500, 20, 12)
AT_REST = 30.0
"""Seconds over which the processor time at rest is measured."""
LAST = "2017-12"
"""The month that is closed."""
CLOSED_WITHIN = 300
"""Seconds within which every process must have closed it."""
ASKED = 5
"""How often each organisation's page is asked for."""


def main(rows: list[Row]) -> None:
    """Start them one after another, and measure them at rest; takes five minutes."""
    if not postgres.installed():
        rows.append(skipped("many organisations", "PostgreSQL is not installed on this machine"))
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.cluster(safe=True) as cluster,
        cluster.database() as url,
        ExitStack() as stack,
    ):
        first = _fill(Path(folder) / "0", url)
        # All databases before the first process: one that is in use cannot be copied.
        copies = list(_copies(cluster, Path(folder), first))
        servers = [stack.enter_context(serving(own, chosen)) for own, chosen in copies]
        time.sleep(10)  # what a start does in the background
        rows.extend(_measured(servers, cluster))
        rows.extend(_closing(servers, [chosen for _, chosen in copies]))


def _fill(folder: Path, url: str) -> dict[str, str]:
    """The first organisation, with a year behind it."""
    chosen = environment(folder) | {"TEAMKLIMAAT_DATABASE_URL": url}
    context = build_context(read(chosen))
    import_tree(context.engine, tree_of(SMALL.teams), "bench", NOW)
    town = Town(context, load(context.settings.questionnaire_file), SMALL)
    for period in town.missing(SMALL.months):
        town.seal(period)
    context.engine.dispose()
    return chosen


def _copies(
    cluster: Cluster, folder: Path, first: Mapping[str, str]
) -> Iterator[tuple[Path, dict[str, str]]]:
    """The first organisation and copies of it, each with its own database, keys and secret."""
    filled = make_url(first["TEAMKLIMAAT_DATABASE_URL"]).database
    yield folder / "0", dict(first)
    for number in range(1, MANY):
        name, own = f"organisation_{number}", folder / str(number)
        cluster.execute(f"CREATE DATABASE {name} TEMPLATE {filled}")
        shutil.copytree(folder / "0", own)
        yield own, environment(own) | {"TEAMKLIMAAT_DATABASE_URL": cluster.url(name)}


def _measured(servers: list[Server], cluster: Cluster) -> Iterator[Row]:
    what = f"{len(servers)} organisations"
    before = sum(server.cpu() for server in servers)
    time.sleep(AT_REST)
    share = 100 * (sum(server.cpu() for server in servers) - before) / AT_REST
    took = sorted(_seconds(server) for server in servers for _ in range(ASKED))
    shared, private = zip(*(_memory(server.pid) for server in servers), strict=True)
    yield Row(f"{what}: memory of each, of its own", statistics.median(private), "MB")
    yield Row(f"{what}: memory of all, shared files once", sum(shared), "MB")
    yield Row(f"{what}: PostgreSQL", _postgresql_memory(cluster), "MB")
    yield Row(f"{what}: connections to PostgreSQL", _connections(cluster), "")
    yield Row(f"{what}: processor at rest", share, "per cent of one core")
    yield Row(f"{what}: a plain page, median", 1000 * statistics.median(took), "ms")
    yield Row(f"{what}: a plain page, 95th percentile", 1000 * took[int(0.95 * len(took))], "ms")


def _closing(servers: list[Server], installations: Sequence[Mapping[str, str]]) -> Iterator[Row]:
    """Give every organisation a full box whose last day has passed, and wait until it is closed."""
    what = f"{len(servers)} organisations closing at once"
    before = [server.cpu() for server in servers]
    engines = []
    for chosen in installations:
        context = build_context(read(chosen))
        engines.append(context.engine)
        questions = load(context.settings.questionnaire_file)
        fill_box(context, LAST, questions, _sheets(len(questions.questions)), local_day(NOW), NOW)
    start = time.perf_counter()
    waiting = engines
    while waiting := [engine for engine in waiting if LAST not in sealed_periods(engine)]:
        if time.perf_counter() - start > CLOSED_WITHIN:
            raise AssertionError(f"{len(waiting)} did not close: nothing was measured")
        time.sleep(1)
    took = time.perf_counter() - start
    for engine in engines:
        engine.dispose()
    cpu = [server.cpu() - used for server, used in zip(servers, before, strict=True)]
    yield Row(f"{what}: until the last was closed", took, "s", "a tick is a minute")
    yield Row(f"{what}: processor each, median", statistics.median(cpu), "s")
    yield Row(f"{what}: processor each, most", max(cpu), "s")
    peaks = [server.peak() for server in servers]
    yield Row(f"{what}: most resident memory of each, median", statistics.median(peaks), "MB")


def _sheets(questions: int) -> list[AnswerSheet]:
    rng = random.Random(1)
    return [
        AnswerSheet(rng.randrange(1, SMALL.units), tuple(rng.choices(range(1, 6), k=questions)))
        for _ in range(round(SMALL.staff * PLACES))
    ]


def _seconds(server: Server) -> float:
    start = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/pulse")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200
    return time.perf_counter() - start


def _memory(pid: int) -> tuple[float, float]:
    """Proportional and private memory of a process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith("kB")}
    return sizes["Pss"] / 1024, (sizes["Private_Clean"] + sizes["Private_Dirty"]) / 1024


def _postgresql_memory(cluster: Cluster) -> float:
    parent = (cluster.folder / "data" / "postmaster.pid").read_text().split()[0]
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(_memory(int(pid))[0] for pid in (parent, *children))


def _connections(cluster: Cluster) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'teamklimaat'"
    ((count,),) = cluster.execute(query)
    return int(count)
