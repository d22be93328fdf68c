"""A sheet, a letter or a file that arrives half: nothing is kept of it, and nothing is spent."""

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
from monitor.store.klaagmuur_tables import theme_token, vent
from monitor.store.tables import account, envelope
from tests.faults.conftest import Town
from tests.faults.crowd import KIND, check_every_answer_counts_once
from tests.klaagmuur.conftest import Listener
from tests.live import Live, running

PARTS = 20
TREE = b"unit,parent,name\nstad,,Stad\nnieuw,stad,Nieuw\n"


@dataclass(frozen=True)
class Sending:
    """A request as a browser sends it."""

    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def wire(self) -> bytes:
        """All of it, as bytes on the line."""
        headers = self.headers | {"Host": "localhost", "Content-Length": str(len(self.body))}
        lines = [f"POST {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


Make = Callable[[Town, int], Sending]


def sheet(town: Town, number: int) -> Sending:
    """Somebody's answers."""
    return Sending(f"/pulse/{town.codes[number]}", town.sheet, KIND)


def letter(_town: Town, number: int) -> Sending:
    """Something for the luisteraar."""
    fields = {"tekst": "Dit moest er even uit.", "tellen": "ja", "eenmalig": f"{number:022d}"}
    return Sending("/klaagmuur", urlencode(fields).encode(), KIND)


def kept_tree(town: Town, _number: int) -> Sending:
    """A tree of units, looked at and confirmed."""
    form, cookie = at_the_desk(town)
    fields = {"formulier": form, "inhoud": TREE.decode()}
    return Sending("/bestanden/organisatie/bewaren", urlencode(fields).encode(), KIND | cookie)


def uploaded_tree(town: Town, _number: int) -> Sending:
    """The same as a file, to be looked at."""
    form, cookie = at_the_desk(town)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="formulier"\r\n\r\n{form}\r\n--x\r\n'
        'Content-Disposition: form-data; name="bestand"; filename="units.csv"\r\n\r\n'
    ).encode()
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    return Sending("/bestanden/organisatie", body + TREE + b"\r\n--x--\r\n", kind | cookie)


def at_the_desk(town: Town) -> tuple[str, dict[str, str]]:
    """What a form of somebody carries who may send files, and their cookie."""
    engine, now, email = town.context.engine, clock.now(), "sanne@stad.example"
    accounts.add(engine, email, Role.BEHEERDER, None, "test", now)
    with writing(engine) as connection:
        known = select(account.c.id).where(account.c.email == email)
        token = sessions.start(connection, connection.execute(known).scalar_one(), now)
    return csrf.token(town.context.secret, token), {"Cookie": f"{sessions.COOKIE}={token}"}


def rows(town: Town, table: Table) -> int:
    """How many there are."""
    with reading(town.context.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def send_all_but_the_end(live: Live, town: Town, make: Make) -> None:
    """Once for every place at which a line may break."""
    for number in range(PARTS):
        wire = make(town, number).wire
        with socket.create_connection(("127.0.0.1", live.port)) as line:
            line.sendall(wire[: len(wire) * number // PARTS])


def test_a_line_that_breaks_while_sending_leaves_nothing(
    town: Town, noor: Listener, tmp_path: Path, now: datetime
) -> None:
    kinds: tuple[Make, ...] = (sheet, letter, kept_tree, uploaded_tree)
    with running(town.context.settings, tmp_path) as live:
        for make in kinds:
            send_all_but_the_end(live, town, make)
        alive = httpx.get(f"{live.address}/healthz").status_code
        said = live.said()
        kept = rows(town, envelope), rows(town, vent), rows(town, theme_token)
        units = [unit.key for unit in current_tree(town.context.engine).units]
        whole = []
        for make in kinds:
            sent = make(town, PARTS)
            whole.append(
                httpx.post(live.address + sent.path, content=sent.body, headers=sent.headers)
            )

    assert alive == 200
    assert "request.failed" not in said
    assert "Traceback" not in said
    assert kept == (0, 0, 0)
    assert units == ["stad"]
    # As a control: whole, each of them is taken.
    assert [answer.status_code for answer in whole] == [200] * len(kinds)
    assert rows(town, envelope) == rows(town, vent) == 1
    assert "nieuw" in current_tree(town.context.engine)
    check_every_answer_counts_once(town, {town.codes[PARTS]}, now)
