"""Nobody sees more than the role allows: default deny at every address, for every role; and a
leidinggevende gets nothing of another unit, whatever is typed, crafted or cached.

The same attacks get through lesser doors (``lesser_doors.py``), one after another.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from google.protobuf.message import Message
from sqlalchemy import select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from monitor import clock
from monitor.access import accounts, results_link, sessions
from monitor.access.roles import Permission, Role, may
from monitor.access.sessions import COOKIE
from monitor.climate.team_messages import write_reply
from monitor.config.settings import Settings, read
from monitor.context import AppContext, build_context
from monitor.dashboard.navigation import PAGES as DASHBOARD_PAGES
from monitor.locale import texts
from monitor.organisation.register import current_tree, import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import closing
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading, writing
from monitor.store.tables import account
from monitor.web.http.app import page_routes
from tests.fork_server import ForkServer
from tests.live import UVICORN, Server, running
from tests.postgres import Cluster
from tests.stores import BOTH, SQLITE

PERIOD = "2026-10"
OWN, OTHER = "alk", "kraanvogel"
NAME = "Team Goudplevier"
TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit(OWN, "stad", "Team Alk"),
        Unit(OTHER, "stad", NAME),
    )
)
REPLY = "Wij praten elke donderdag na over het zilverwerk."
"""What the other team's leidinggevende wrote back: easy to recognise."""
REFUSED = texts("nl")("refused.title")
OWN_SCORE, OTHER_SCORE = "50", "38"
ADDRESSES = ("", "verloop", "vragen", "onderdelen", "team", "rondes")
EVERYBODY = (
    "/pulse", "/klaagmuur", "/resultaten", "/privacy", "/aanmelden", "/afmelden", "/welkom",
    "/healthz", "/metrics", "/toegankelijkheid",
)  # fmt: skip
"""First parts of addresses that need no session: each guards itself with what only some know."""
BEHIND_A_ROLE = {
    "/bestanden": {Role.BEHEERDER},
    "/downloads": {Role.LUISTERAAR},
}
"""First parts of addresses of which every address is for these roles and nobody else."""


FOR_WHO_IS_SIGNED_IN = "/mijn-account"
"""First part of the addresses where people see to their own account."""
RESULTS = {"verloop", "vragen", "rekenen"}
PAGES = {
    "leidinggevende": RESULTS | {"team", "klaagmuurthemas"},
    "toezicht": RESULTS | {"klaagmuurthemas", "vragenlijsten", "logboek"},
    "luisteraar": {"postvak", "luisteraar"},
    "beheerder": {
        "rondes", "inrichten", "organisatie", "leden", "accounts", "instellingen", "hulplijnen",
        "vragenlijsten", "logboek", "gezondheid", "klaagmuurthemas",
    },
}  # fmt: skip
"""The pages for each role, beside the first; written once more by hand."""
LESSER = tuple("tests.promises.lesser_doors:app" if part == "app:app" else part for part in UVICORN)


@dataclass(frozen=True)
class Cast:
    """A running server, and a session of each role."""

    live: Server
    context: AppContext
    sessions: dict[str, str]


@pytest.fixture(scope="module", params=BOTH)
def cast(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cast]:
    """Two teams with a sealed month, and somebody in every role."""
    folder = tmp_path_factory.mktemp("roles")
    with ExitStack() as until_the_end:
        url = f"sqlite:///{folder / 'data' / 'store.db'}"
        if request.param != SQLITE:
            cluster: Cluster = request.getfixturevalue("postgresql")
            url = until_the_end.enter_context(cluster.database())
        context = build_context(_settings(url, folder))
        until_the_end.callback(context.engine.dispose)
        people = _move_in(context)
        forks: ForkServer = request.getfixturevalue("forks")
        live = until_the_end.enter_context(forks.running(context.settings, folder))
        yield Cast(live, context, people)


@pytest.fixture
def lesser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The same behind lesser doors."""
    folder = tmp_path_factory.mktemp("lesser")
    context = build_context(_settings(f"sqlite:///{folder / 'data' / 'store.db'}", folder))
    people = _move_in(context)
    with running(context.settings, folder, LESSER) as live:
        yield Cast(live, context, people)
    context.engine.dispose()


def _settings(url: str, folder: Path) -> Settings:
    return read(
        {
            "TEAMKLIMAAT_DATABASE_URL": url,
            "TEAMKLIMAAT_KEYS_DIR": str(folder / "state" / "keys"),
            "TEAMKLIMAAT_SECRET_FILE": str(folder / "state" / "secret"),
        }
    )


def _move_in(context: AppContext) -> dict[str, str]:
    """The two teams answer, the month is sealed; a session for everybody."""
    now = clock.now()
    import_tree(context.engine, TREE, "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    said = {OWN: (2, 4), OTHER: (1, 4)}
    for place, made in enumerate(issue.invite(context, PERIOD, {OWN: 12, OTHER: 12}, "test", now)):
        ballot_box.submit(context, made.code, (said[made.unit][place % 2],) * 9)
    closing.close(context, PERIOD, "test", now)
    write_reply(context.engine, OTHER, REPLY, now.date())
    people = {role.value: _session(context, role, None) for role in Role if role is not LED}
    return people | {f"led {unit}": _session(context, LED, unit) for unit in (OWN, OTHER)}


LED = Role.LEIDINGGEVENDE


def test_every_address_is_refused_unless_the_role_is_written_down(cast: Cast) -> None:
    assert _open_addresses(cast) == []


def test_no_page_asks_for_less_than_a_session(cast: Cast) -> None:
    assert _open_to_nobody(cast) == []


@pytest.mark.parametrize("role", ["beheerder", "toezicht", "luisteraar", f"led {OWN}"])
def test_every_page_is_refused_unless_it_is_for_the_role(cast: Cast, role: str) -> None:
    assert _pages_open_to(cast, role) == PAGES[role.replace(f"led {OWN}", "leidinggevende")]


def test_the_same_attacks_get_through_lesser_doors(lesser: Cast) -> None:
    """The control, one door after another."""
    # What somebody may see, remembered without who that was.
    for who in (f"led {OTHER}", f"led {OWN}"):
        told = _everything_told(lesser, lesser.sessions[who], [OTHER], [""])
        assert OTHER_SCORE in _numbers(told)
    # A counter that asks only whether somebody is signed in; a guard that lets in what it forgot.
    assert ("toezicht", 200) in {(who, status) for who, _, _, status in _open_addresses(lesser)}
    assert {("/verloop", 200), ("the websocket", 101)} <= set(_open_to_nobody(lesser))
    # A page that is hidden, and is still there.
    assert "logboek" in _pages_open_to(lesser, f"led {OWN}") - PAGES["leidinggevende"]


@pytest.mark.parametrize("role", ["beheerder", "toezicht", "luisteraar", f"led {OWN}"])
def test_whatever_is_sent_nothing_of_another_unit_comes_back(cast: Cast, role: str) -> None:
    """Every page by address and by hash, with the other unit in the address and in every widget;
    after somebody who may see it has filled every cache."""
    filled = _everything_told(cast, cast.sessions[f"led {OTHER}"], [OTHER])
    assert REPLY in filled
    assert OTHER_SCORE in _numbers(filled)

    told = _everything_told(cast, cast.sessions[role], [OTHER, "1", "stad"])

    assert REPLY not in told
    assert f"led-{OTHER}@stad.example" not in told
    assert NAME not in told or role == "beheerder"  # who keeps the organisation knows its units
    told += _everything_told(cast, cast.sessions[role], [NAME])
    assert REPLY not in told
    if role != "toezicht":  # who sees the whole, and charts with an axis
        assert OTHER_SCORE not in _numbers(told)
        assert (OWN_SCORE in _numbers(told)) == (role == f"led {OWN}")


def test_a_results_link_opens_one_team_and_none_can_be_made_up(cast: Cast) -> None:
    good = results_link.token(cast.context.secret, OWN, 0)
    page = _ask(cast, None, "GET", f"/resultaten/{good}")
    assert page.status_code == 200
    assert REPLY not in page.text

    other = results_link.token(b"another installation", OTHER, 0)
    for made_up in (other, good[:-1], good + "A", OTHER, "x", good.swapcase()):
        assert _ask(cast, None, "GET", f"/resultaten/{made_up}").status_code == 404


def test_a_session_taken_away_is_refused_at_the_very_next_run(cast: Cast) -> None:
    token = _session(cast.context, LED, OWN)
    with _channel(cast, token) as channel:
        assert OWN_SCORE in _numbers(_run(channel, ""))
        sessions.end(cast.context.engine, token)
        assert OWN_SCORE not in _numbers(_run(channel, ""))


def test_default_deny(cast: Cast) -> None:
    """The whole table, written once more by hand."""
    allowed = {
        "leidinggevende": {"see_unit_results", "reply_to_team"},
        "luisteraar": {"read_vents"},
        "beheerder": {"manage_organisation", "manage_rounds", "manage_accounts", "read_audit"},
        "toezicht": {"see_organisation_results", "read_audit"},
    }
    tree = current_tree(cast.context.engine)
    for who, token in cast.sessions.items():
        person = sessions.person(cast.context.engine, token, clock.now())
        role, _, led = who.replace("led", "leidinggevende").partition(" ")
        for permission in Permission:
            holds = permission.value in allowed[role]
            for unit in (OWN, OTHER, "stad"):
                assert may(person, permission, unit, tree) == (holds and led in ("", unit))
            assert not may(None, permission, OWN, tree)


def _session(context: AppContext, role: Role, unit: str | None) -> str:
    email, now = f"{'led-' + unit if unit else role.value}@stad.example", clock.now()
    accounts.add(context.engine, email, role, unit, "test", now)
    with reading(context.engine) as connection:
        found = connection.execute(select(account.c.id).where(account.c.email == email))
        name = str(found.scalar_one())
    with writing(context.engine) as connection:
        return sessions.start(connection, name, now)


def _open_addresses(cast: Cast) -> list[tuple[str, str, str, int]]:
    """Who gets in, and how, where the role is not written down."""
    looked, found = 0, []
    for route in page_routes:
        first = "/" + route.path.strip("/").partition("/")[0]
        if first in EVERYBODY:
            continue
        own = first == FOR_WHO_IS_SIGNED_IN
        assert own or first in BEHIND_A_ROLE, f"{route.path} is for whom?"
        address = re.sub("{.*?}", "x", route.path)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            looked += 1
            for who, token in {"nobody": None, **cast.sessions}.items():
                status = _ask(cast, token, method, address).status_code
                roles = set() if own else {role.value for role in BEHIND_A_ROLE[first]}
                allowed = (own and token is not None) or who in roles
                if not (allowed or status in (303, 403, 404, 405)):
                    found.append((who, method, address, status))
    assert looked > 5
    return found


def _open_to_nobody(cast: Cast) -> list[tuple[str, int]]:
    """What answers to who is not signed in, or with a session that never was."""
    machine = ("media/x", "_stcore/upload_file/a/b", "_stcore/metrics")
    found = []
    for address in ("", *(place.address for place in DASHBOARD_PAGES), "onbekend", *machine):
        status = _ask(cast, None, "GET", f"/{address}").status_code
        if status not in (303, 403, 404):
            found.append((f"/{address}", status))
    for cookie in (None, "A" * 43):
        try:
            with _channel(cast, cookie):
                found.append(("the websocket", 101))
        except InvalidStatus:
            continue
    return found


def _pages_open_to(cast: Cast, role: str) -> set[str]:
    """The pages that show something else than that they are not for this role."""
    opened = set()
    with _channel(cast, cast.sessions[role]) as channel:
        for place in DASHBOARD_PAGES:
            if REFUSED not in _run(channel, place.address):
                opened.add(place.address)
    return opened


def _ask(cast: Cast, token: str | None, method: str, address: str) -> httpx.Response:
    cookies = {COOKIE: token} if token else {}
    base = cast.live.address
    with httpx.Client(base_url=base, cookies=cookies, timeout=30, verify=False) as client:
        data = {"formulier": "x", "unit": OTHER} if method == "POST" else None
        return client.request(method, address, data=data)


def _everything_told(
    cast: Cast, token: str, crafted: Sequence[str], addresses: Sequence[str] = ADDRESSES
) -> str:
    """All that the server sends over the websocket, as text, whatever is asked of it."""
    told = []
    for address in addresses:
        for value in crafted:
            with _channel(cast, token) as channel:
                query = f"onderdeel={value}&maand={PERIOD}&thema=respect"
                told.append(_run(channel, address, query))
                widgets = re.findall(r"\$\$ID-[0-9a-f]+-[\w.-]+", told[-1])
                told.append(_run(channel, address, query, sorted(set(widgets)), value))
    return "\n".join(told)


@contextmanager
def _channel(cast: Cast, token: str | None) -> Iterator[ClientConnection]:
    headers = {"cookie": f"{COOKIE}={token}"} if token else {}
    address = cast.live.address
    with connect(
        f"ws{address.removeprefix('http')}/_stcore/stream",
        origin=address,  # type: ignore[arg-type]
        additional_headers=headers,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
    ) as channel:
        yield channel


def _run(
    channel: ClientConnection,
    address: str,
    query: str = "",
    widgets: Sequence[str] = (),
    value: str = "",
) -> str:
    """Run the script once as a browser asks for it, and read everything that comes back."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_script_hash = calc_hash(address)
    for widget in widgets:
        state = asked.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = widget, value
    channel.send(asked.SerializeToString())
    told = []
    while True:
        message = channel.recv(timeout=30)
        assert isinstance(message, bytes)
        told.append(_read(ForwardMsg.FromString(message)))
        if ForwardMsg.FromString(message).WhichOneof("type") == "script_finished":
            return "\n".join(told)


def _read(message: Message) -> str:
    """A message as text, with the tables in it written out."""
    found = [str(message)]
    for field, value in message.ListFields():
        if field.message_type is not None:
            parts = value if field.is_repeated else [value]
            found += [_read(part) for part in parts if isinstance(part, Message)]
        elif isinstance(value, bytes) and len(value) > 64:
            try:
                found.append(pa.ipc.open_stream(io.BytesIO(value)).read_pandas().to_string())
            except (pa.ArrowInvalid, OSError):
                continue
    return "\n".join(found)


def _numbers(text: str) -> set[str]:
    """Numbers that stand alone in what is shown: a cell, a value, a word of a sentence."""
    return set(re.findall(r'(?<![\w.:#%"-])\d{1,3}(?![\w.:%-])', text)) | set(
        re.findall(r'body: "(\d+)"', text)
    )
