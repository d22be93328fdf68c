"""The klaagmuur when many people write at once: cost, speed, and whether anything is lost."""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.config.settings import read
from monitor.context import build_context
from monitor.inputs import client_data
from monitor.klaagmuur import luisteraars, reading
from monitor.web.klaagmuur.write import ANSWER_SECONDS
from tests.bench.server import Server, environment, serving
from tests.bench.table import Row

VENTS = 400
"""Fewer than an hour takes at least, the warming up included."""
SENDERS = 40
WARM = 20
SETTLE = 3.0
"""Seconds after the start in which the server prepares shred keys."""
AFTER = "POST beyond its constant second"
TEXT = "Het was vandaag de derde keer dat iemand aan de balie begon te schreeuwen. " * 6


def main(rows: list[Row]) -> None:
    """Send vents and search text for client data; takes about half a minute."""
    with tempfile.TemporaryDirectory() as folder:
        _send(Path(folder), rows)
    start = time.process_time()
    for _ in range(200):
        client_data.find(TEXT, clock.today())
    took = 1000 * (time.process_time() - start) / 200
    rows.append(Row(f"looking for client data in {len(TEXT)} characters", took, "ms"))


def _send(folder: Path, rows: list[Row]) -> None:
    context = build_context(read(environment(folder)))
    email, now = "noor@waterrijk.example", clock.now()
    accounts.add(context.engine, email, Role.LUISTERAAR, None, "bench", now)
    account = luisteraars.account_of(context.engine, email)
    assert account is not None
    new = luisteraars.make_key("vier losse natte eenden")
    noor = luisteraars.enrol(context.engine, account, "Noor", new, "bench", now)
    with serving(folder) as server:
        asyncio.run(_drive(server, [f"warm {n}" for n in range(WARM)]))
        time.sleep(SETTLE)
        before, start = server.cpu(), time.perf_counter()
        times, codes, weights = asyncio.run(_drive(server, [f"{n}" for n in range(VENTS)]))
        seconds, cpu = time.perf_counter() - start, server.cpu() - before
    read_back = reading.inbox(context, noor, new.key)
    texts = {letter.vent.text for letter in read_back.letters}
    lost = sum(f"{TEXT}{n}" not in texts for n in range(VENTS))
    milliseconds = sorted(1000 * each for each in times)
    rows += [
        Row(f"vents lost, of {VENTS} sent by {SENDERS} at once", lost, "", "<= 0"),
        Row("vents refused", VENTS - len(set(codes)), "", "<= 0"),
        Row("server CPU per vent (GET + POST)", 1000 * cpu / VENTS, "ms", "<= 10"),
        Row("vents per second", VENTS / seconds, "/s"),
        Row(
            "POST beyond its constant second, median",
            statistics.median(milliseconds),
            "ms",
            "<= 100",
        ),
        Row(
            "POST beyond its constant second, 95th percentile",
            milliseconds[int(0.95 * VENTS)],
            "ms",
        ),
        Row("the writing page, unpacked", max(weights) / 1000, "kB", "<= 20"),
    ]
    start = time.perf_counter()
    reading.inbox(context, noor, new.key)
    seconds_taken = time.perf_counter() - start
    rows.append(Row(f"opening {len(read_back.letters)} vents in the inbox", seconds_taken, "s"))
    context.engine.dispose()


async def _drive(server: Server, marks: list[str]) -> tuple[list[float], list[str], list[int]]:
    waiting = list(marks)
    times: list[float] = []
    codes: list[str] = []
    weights: list[int] = []

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while waiting:
            fields = {"tekst": TEXT + waiting.pop(), "bedoeling": "reply", "thema": "pressure"}
            status, page = await _ask(reader, writer, "GET /klaagmuur", b"")
            assert status == 200
            weights.append(len(page))
            start = time.perf_counter()
            status, page = await _ask(reader, writer, "POST /klaagmuur", urlencode(fields).encode())
            times.append(time.perf_counter() - start - ANSWER_SECONDS)
            code = re.search(rb'id="code">([0-9A-Z-]+)<', page)
            if status == 200 and code is not None:
                codes.append(code[1].decode())
        writer.close()

    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return times, codes, weights


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str, body: bytes
) -> tuple[int, bytes]:
    writer.write(
        f"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    return int(head.split()[1]), await reader.readexactly(length)
