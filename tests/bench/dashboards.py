"""A hundred leidinggevenden with the dashboard open: memory, speed, and who sees whose team."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.asyncio.client import ClientConnection, connect

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.config.settings import read
from monitor.context import AppContext, build_context
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import closing
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import writing
from monitor.store.tables import account
from tests.bench.server import Server, environment, serving
from tests.bench.table import Row

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
SESSIONS = 100
PEOPLE = 6
"""People in a team: just enough for figures of its own."""
MONTHS = ("2026-08", "2026-09", "2026-10")
PAGES = ("", "verloop", "vragen")
CLICKS = 300
PAUSE = 0.1
"""Seconds between two clicks in the whole organisation."""


@dataclass
class Seat:
    """A leidinggevende with an open dashboard: their team, and every byte the server sent."""

    team: str
    token: str
    channel: ClientConnection | None = None
    received: bytearray = field(default_factory=bytearray)


def measure(folder: Path, rows: list[Row]) -> None:
    """Open a hundred dashboards, click in them, and search what was sent for other teams."""
    context = build_context(read(environment(folder)))
    seats = _people(context)
    with serving(folder) as server:
        asyncio.run(_morning(server, seats, rows))
    rows.append(Row("teams seen by somebody who may not", _strangers(seats), "", "0"))


async def _morning(server: Server, seats: Sequence[Seat], rows: list[Row]) -> None:
    await open_seat(server, seats[0])
    before = server.resident()
    first = [await open_seat(server, seat) for seat in seats[1:]]
    each = (server.resident() - before) / len(first)
    rng = random.Random(1)
    clicks = []
    cpu = server.cpu()
    for number in range(CLICKS):  # in turn, so that nobody clicks before the last page is there
        seat = seats[number % SESSIONS]
        clicks.append(asyncio.create_task(click(seat, rng.choice(PAGES))))
        await asyncio.sleep(PAUSE)
    took = sorted(await asyncio.gather(*clicks))
    rows += [
        Row("100 dashboards open: memory each", each, "MB"),
        Row("100 dashboards open: resident memory", server.resident(), "MB"),
        Row("opening one, median", 1000 * sorted(first)[len(first) // 2], "ms"),
        Row(
            f"page to page, {1 / PAUSE:.0f} clicks a second, median", 1000 * took[CLICKS // 2], "ms"
        ),
        Row("page to page, 95th percentile", 1000 * took[int(CLICKS * 0.95)], "ms"),
        Row("server CPU per page", 1000 * (server.cpu() - cpu) / CLICKS, "ms"),
    ]
    for seat in seats:
        if seat.channel is not None:
            await seat.channel.close()


async def open_seat(server: Server, seat: Seat) -> float:
    """Connect as a browser does; return the seconds until the first page is complete."""
    start = time.perf_counter()
    seat.channel = await connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream",
        origin=f"http://127.0.0.1:{server.port}",  # type: ignore[arg-type]
        additional_headers={"cookie": f"{sessions.COOKIE}={seat.token}"},
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
    )
    await _run(seat, "")
    return time.perf_counter() - start


async def click(seat: Seat, page: str) -> float:
    """Request a page; return the seconds until it is complete."""
    start = time.perf_counter()
    await _run(seat, page)
    return time.perf_counter() - start


async def _run(seat: Seat, page: str) -> None:
    """Request a page and receive messages until it is complete."""
    assert seat.channel is not None
    message = BackMsg()
    message.rerun_script.query_string = ""
    message.rerun_script.page_script_hash = calc_hash(page)
    await seat.channel.send(message.SerializeToString())
    while True:
        received = await seat.channel.recv(decode=False)
        seat.received += received
        if ForwardMsg.FromString(received).WhichOneof("type") == "script_finished":
            return


def _strangers(seats: Sequence[Seat]) -> int:
    """Count how often the name of a team was sent to somebody who does not lead it."""
    for seat in seats:
        if seat.team.encode() not in seat.received:
            raise AssertionError("somebody did not see the own team: nothing was measured")
    return sum(
        other.team.encode() in seat.received
        for seat in seats
        for other in seats
        if other is not seat
    )


def _people(context: AppContext) -> list[Seat]:
    """Seal three months of a hundred teams; return a signed-in leidinggevende for each team."""
    teams = [Unit(f"team-{n:03}", "stad", f"Vogel {n:03} Nest") for n in range(SESSIONS)]
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"), *teams)), "bench", NOW)
    questions = load(context.settings.questionnaire_file)
    rng = random.Random(1)
    for period in MONTHS:
        rounds.open_round(context, period, questions, None, "bench", NOW)
        counts = {team.key: PEOPLE for team in teams}
        for invitation in issue.invite(context, period, counts, "bench", NOW):
            answers = tuple(rng.randint(1, 5) for _ in questions.questions)
            ballot_box.submit(context, invitation.code, answers)
        closing.close(context, period, "bench", NOW)
    return [_lead(context, team) for team in teams]


def _lead(context: AppContext, team: Unit) -> Seat:
    email = f"{team.key}@stad.example"
    accounts.add(context.engine, email, Role.LEIDINGGEVENDE, team.key, "bench", NOW)
    with writing(context.engine) as connection:
        account_id = select(account.c.id).where(account.c.email == email)
        token = sessions.start(connection, connection.execute(account_id).scalar_one(), clock.now())
    return Seat(team.name, token)
