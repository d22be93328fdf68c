"""Visits to pages and dashboard, with secrets and addresses that are easy to recognise in a log."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from monitor import clock
from monitor.access import accounts, results_link
from monitor.access.roles import Role
from monitor.access.sessions import COOKIE
from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.invitations import codes, issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import is_sqlite, writing

PHONE = "127.0.0.77"
"""An address of this machine that no other test uses."""
BEHIND_PROXY = "203.0.113.77"
BROWSER = "Noors-telefoon/7"
TEAM = "zilvermeeuw"
TEAM_NAME = "Team Zilvermeeuw"
EMAIL = "janna@zilvermeeuw.example"
PASSPHRASE = "zeven groene laarzen in de gang"
NONSENSE = "driemaal-rood"
"""A value that none of our forms sends."""


@dataclass(frozen=True)
class Invited:
    """Everything that is handed out before the first visit."""

    codes: tuple[str, ...]
    results: str
    welcome: str

    @property
    def secrets(self) -> set[str]:
        """All codes and tokens, in every spelling."""
        return {*self.codes, *map(codes.show, self.codes), self.results, self.welcome}


def set_up(context: AppContext) -> Invited:
    """Create a team, an open round with codes, and an account that leads the team."""
    now = clock.now()
    tree = Tree((Unit("gemeente", None, "Gemeente"), Unit(TEAM, "gemeente", TEAM_NAME)))
    import_tree(context.engine, tree, "test", now)
    accounts.add_with_password(
        context.engine, EMAIL, Role.LEIDINGGEVENDE, TEAM, PASSPHRASE, "test", now
    )
    newcomer = accounts.add(context.engine, f"nieuw-{EMAIL}", Role.TOEZICHT, None, "test", now)
    period = periods.containing(clock.today())
    questions = load(context.settings.questionnaire_file)
    closes = clock.today() + timedelta(days=9)
    rounds.open_round(context, period, questions, closes, "test", now)
    invitations = issue.invite(context, period, {TEAM: 8}, "test", now)
    token = results_link.token(context.secret, TEAM, 0)
    return Invited(tuple(invitation.code for invitation in invitations), token, newcomer)


@contextmanager
def phone(address: str) -> Iterator[httpx.Client]:
    """A client with an address and a name of its own."""
    with httpx.Client(
        base_url=address,
        transport=httpx.HTTPTransport(local_address=PHONE, verify=False),
        headers={"user-agent": BROWSER, "x-forwarded-for": BEHIND_PROXY, "forwarded": PHONE},
        timeout=30,
    ) as client:
        yield client


def filled_in(client: httpx.Client, code: str) -> dict[str, str]:
    """The form of a code with every question answered."""
    page = client.get(f"/pulse/{code}").text
    return dict.fromkeys(re.findall(r'name="([a-z_]+)" value="4"', page), "4")


def answer_and_wander(client: httpx.Client, invited: Invited) -> list[int]:
    """Request the pulse and the other plain pages, well and badly; return the statuses."""
    first, second, *_ = invited.codes
    sheet = filled_in(client, first)
    answers = [
        client.post(f"/pulse/{first}", data=sheet),
        client.post(f"/pulse/{first}", data=sheet),
        client.post(f"/pulse/{second}", data={}),
        client.post(f"/pulse/{second}", data=sheet | {next(iter(sheet)): NONSENSE}),
        client.post(f"/pulse/{second}", json={"answer": NONSENSE}),
        client.post(f"/pulse/{second}", content=b"\xff\xfe%zz=&" + NONSENSE.encode() * 9999),
        client.post("/pulse", data={"code": codes.show(second)}),
        client.post("/pulse", data={"code": NONSENSE}),
        client.get(f"/pulse/{codes.show(second).lower()}?taal=en&x={NONSENSE}"),
        client.get(f"/pulse/{second[:-1]}"),
        client.get(f"/pulse/{second}/{NONSENSE}"),
        client.get(f"/pulse/%ff%fe{NONSENSE}"),
        client.put(f"/pulse/{second}", content=NONSENSE),
        client.get(f"/resultaten/{invited.results}"),
        client.get(f"/resultaten/{invited.results}x"),
        client.get(f"/welkom/{invited.welcome}"),
        client.post(f"/welkom/{invited.welcome}", data={"wachtzin": NONSENSE}),
        client.get("/privacy"),
        client.get(f"/{NONSENSE}/{second}"),
        client.get(f"/_stcore/{NONSENSE}/{second}"),
        client.get(f"/media/{second}"),
    ]
    return [answer.status_code for answer in answers]


def sign_in(client: httpx.Client, passphrase: str) -> httpx.Response:
    """Fill in the sign-in form."""
    form = client.get("/aanmelden").text
    token = re.search(r'name="formulier" value="([^"]+)"', form)
    assert token
    fields = {"formulier": token[1], "naar": "/", "email": EMAIL, "wachtzin": passphrase}
    return client.post("/aanmelden", data=fields)


def look_at_dashboard(client: httpx.Client, address: str, query: str) -> list[str]:
    """Open the dashboard over its websocket, then send nonsense; return the kinds of messages."""
    kinds = []
    with _socket(address, "/_stcore/stream", client) as channel:
        request = BackMsg()
        request.rerun_script.query_string = query
        channel.send(request.SerializeToString())
        while True:
            message = ForwardMsg.FromString(_bytes(channel.recv(timeout=30)))
            kinds.append(message.WhichOneof("type") or "")
            if kinds[-1] == "script_finished":
                break
    _talk_nonsense(client, address)
    return kinds


def _talk_nonsense(client: httpx.Client, address: str) -> None:
    """Send what is no message, as bytes and as text; the server may hang up or not answer."""
    for words in (NONSENSE.encode(), NONSENSE):
        with (
            _socket(address, "/_stcore/stream", client) as channel,
            suppress(ConnectionClosed, TimeoutError),
        ):
            channel.send(words)
            while True:
                channel.recv(timeout=1)


def knock_on_sockets(client: httpx.Client, address: str, invited: Invited) -> None:
    """Try websockets where there are none, and without a session."""
    for path in (f"/pulse/{invited.codes[1]}", f"/_stcore/stream?x={NONSENSE}", f"/{NONSENSE}"):
        with (
            pytest.raises(InvalidStatus),
            _socket(address, path, None if "stream" in path else client),
        ):
            pass


def speak_badly(port: int, invited: Invited) -> None:
    """Send what is not HTTP, half a request, and a request that is too long."""
    code = invited.codes[1].encode()
    for words in (
        b"GET /pulse/%b\r\n\r\n" % code,
        b"GET /pulse/%b HTTP/9.9\r\nHost: x\r\n\r\n" % code,
        b"\x16\x03\x01\x02\x00\x01\x00" + code,
        b"GET /pulse/%b HTTP/1.1\r\nHost: x\r\nContent-Length: -4\r\n\r\n" % code,
        b"POST /pulse/%b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" % code,
        b"POST /pulse/%b HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nhalf" % code,
        b"GET /pulse/%b HTTP/1.1\r\nHost: x\r\nX: %b\r\n\r\n" % (code, b"y" * 200_000),
        b"GET /pulse/%b HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n" % code,
    ):
        with socket.create_connection(("127.0.0.1", port), 5, (PHONE, 0)) as line:
            try:
                line.sendall(words)
                line.settimeout(0.5)
                line.recv(4096)
            except (TimeoutError, ConnectionError):
                continue


@contextmanager
def without_table(context: AppContext, name: str) -> Iterator[None]:
    """Take a table away, so that whatever needs it fails unexpectedly."""
    _alter(context, f"ALTER TABLE {name} RENAME TO {name}_lost")
    yield
    _alter(context, f"ALTER TABLE {name}_lost RENAME TO {name}")


@contextmanager
def locked(context: AppContext, period: str) -> Iterator[None]:
    """Keep the store locked by another connection."""
    holder = context.engine.execution_options(sqlite_begin="IMMEDIATE").connect()
    holder.begin()
    rounds.lock(holder, period)
    yield
    holder.rollback()
    holder.close()


def _alter(context: AppContext, statement: str) -> None:
    with writing(context.engine) as connection:
        if is_sqlite(context.engine):
            connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
        connection.exec_driver_sql(statement)


def _socket(address: str, path: str, client: httpx.Client | None) -> ClientConnection:
    """A websocket from the address of `phone`, with the session cookie of `client`, if any."""
    host, _, port = address.removeprefix("http://").partition(":")
    line = socket.create_connection((host, int(port)), 30, (PHONE, 0))
    headers = {"x-forwarded-for": BEHIND_PROXY}
    if client is not None and (session := client.cookies.get(COOKIE)):
        headers["cookie"] = f"{COOKIE}={session}"
    return connect(
        f"ws://{host}:{port}{path}",
        sock=line,
        origin=address,
        user_agent_header=BROWSER,
        additional_headers=headers,
        subprotocols=["streamlit"],
        max_size=None,
    )


def _bytes(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message
