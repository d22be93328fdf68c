"""Half of a sheet, a vent or a file arrives: nothing of it is stored, and no code is spent."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
from sqlalchemy import Table, func, select

from monitor import clock
from monitor.access import accounts, csrf, sessions
from monitor.access.roles import Role
from monitor.organisation.register import current_tree
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import theme_token
from monitor.store.klaagmuur_tables import vent as vent_table
from monitor.store.tables import account, envelope
from tests.faults.clients import FORM, check_every_answer_counts_once
from tests.faults.conftest import Town
from tests.fork_server import ForkServer
from tests.klaagmuur.conftest import Listener
from tests.live import Server

PARTS = 20
TREE = b"unit,parent,name\nstad,,Stad\nnieuw,stad,Nieuw\n"


@dataclass(frozen=True)
class Request:
    """A request as a browser sends it."""

    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def wire(self) -> bytes:
        """The bytes that go over the connection."""
        headers = self.headers | {"Host": "localhost", "Content-Length": str(len(self.body))}
        lines = [f"POST {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


MakeRequest = Callable[[Town, int], Request]


def sheet(town: Town, number: int) -> Request:
    """A sheet with answers."""
    return Request(f"/pulse/{town.codes[number]}", town.sheet, FORM)


def vent(_town: Town, number: int) -> Request:
    """A vent for the luisteraar."""
    fields = {"tekst": "Dit moest er even uit.", "tellen": "ja", "eenmalig": f"{number:022d}"}
    return Request("/klaagmuur", urlencode(fields).encode(), FORM)


def confirmed_tree(town: Town, _number: int) -> Request:
    """A tree of units that was shown, and is confirmed."""
    form, cookie = sign_in(town)
    fields = {"formulier": form, "inhoud": TREE.decode()}
    return Request("/bestanden/organisatie/bewaren", urlencode(fields).encode(), FORM | cookie)


def uploaded_tree(town: Town, _number: int) -> Request:
    """The same tree as an uploaded file, to be shown first."""
    form, cookie = sign_in(town)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="formulier"\r\n\r\n{form}\r\n--x\r\n'
        'Content-Disposition: form-data; name="bestand"; filename="units.csv"\r\n\r\n'
    ).encode()
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    return Request("/bestanden/organisatie", body + TREE + b"\r\n--x--\r\n", kind | cookie)


def sign_in(town: Town) -> tuple[str, dict[str, str]]:
    """The form token and the cookie of a beheerder, who may send files."""
    engine, now, email = town.context.engine, clock.now(), "sanne@stad.example"
    accounts.add(engine, email, Role.BEHEERDER, None, "test", now)
    with writing(engine) as connection:
        account_id = connection.execute(select(account.c.id).where(account.c.email == email))
        token = sessions.start(connection, account_id.scalar_one(), now)
    return csrf.token(town.context.secret, token), {"Cookie": f"{sessions.COOKIE}={token}"}


def count_rows(town: Town, table: Table) -> int:
    """The number of rows of a table."""
    with reading(town.context.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def send_all_but_the_end(live: Server, town: Town, make: MakeRequest) -> None:
    """Break the connection at `PARTS` places of a request, each time in a new request."""
    for number in range(PARTS):
        wire = make(town, number).wire
        with socket.create_connection(("127.0.0.1", live.port)) as connection:
            connection.sendall(wire[: len(wire) * number // PARTS])


def test_a_line_that_breaks_while_sending_leaves_nothing(
    town: Town, noor: Listener, forks: ForkServer, tmp_path: Path, now: datetime
) -> None:
    kinds: tuple[MakeRequest, ...] = (sheet, vent, confirmed_tree, uploaded_tree)
    with forks.running(town.context.settings, tmp_path) as live:
        for make in kinds:
            send_all_but_the_end(live, town, make)
        alive = httpx.get(f"{live.address}/healthz").status_code
        log = live.log()
        stored = [count_rows(town, table) for table in (envelope, vent_table, theme_token)]
        units = [unit.key for unit in current_tree(town.context.engine).units]
        whole = []
        for make in kinds:
            request = make(town, PARTS)
            address = live.address + request.path
            whole.append(httpx.post(address, content=request.body, headers=request.headers))

    assert alive == 200
    assert "request.failed" not in log
    assert "Traceback" not in log
    assert stored == [0, 0, 0]
    assert units == ["stad"]
    # The control: a whole request of each kind is accepted.
    assert [answer.status_code for answer in whole] == [200] * len(kinds)
    assert count_rows(town, envelope) == count_rows(town, vent_table) == 1
    assert "nieuw" in current_tree(town.context.engine)
    check_every_answer_counts_once(town, {town.codes[PARTS]}, now)
