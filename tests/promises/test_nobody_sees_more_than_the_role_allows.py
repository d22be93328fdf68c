"""Nobody sees more than the role allows: every address is denied by default, to every role; and a
leidinggevende gets nothing of another unit, whatever is typed, crafted or cached.

As a control, the same attacks succeed against weaker access control (``insecure_app.py``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

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
from monitor.clock import local_day
from monitor.context import AppContext, build_context
from monitor.dashboard.navigation import PAGES as DASHBOARD_PAGES
from monitor.followup import conversations, team_log
from monitor.followup.conversations import Plan
from monitor.locale import texts
from monitor.organisation import team_links
from monitor.organisation.register import current_tree, import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.count import closing
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading, writing
from monitor.store.tables import account
from monitor.web.http.app import page_routes
from tests.fork_server import ForkServer
from tests.live import UVICORN, Server, running
from tests.promises import sheets
from tests.promises.conftest import installation
from tests.promises.dashboard_socket import without_break_points
from tests.stores import BOTH, settings_in

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
REPLY = "Wij praten elke donderdag na over het zilverwerk"
"""A reply of the other team's leidinggevende that is easy to recognise, however it is escaped."""
ROLE = "zilveren gespreksleider"
"""Who leads a conversation of the other team: a role that is easy to recognise."""
REFUSED = texts("nl")("refused.title")
OWN_SCORE, OTHER_SCORE = "50", "38"
ADDRESSES = ("", "verloop", "vragen", "onderdelen", "team", "gesprek", "afspraken", "verzoeken",
             "berichten", "rondes")  # fmt: skip
EVERYBODY = (
    "/pulse", "/klaagmuur", "/resultaten", "/privacy", "/aanmelden", "/afmelden", "/welkom",
    "/healthz", "/metrics", "/readyz", "/toegankelijkheid",
    "/methoden", "/dilemmas", "/kaarten",
)  # fmt: skip
"""First parts of addresses that need no session; each asks for a code or token of its own."""
BEHIND_A_ROLE = {
    "/bestanden": {Role.BEHEERDER},
    "/bestanden/logboek.csv": {Role.BEHEERDER, Role.TOEZICHT},
    "/downloads": {Role.LUISTERAAR},
    "/gesprekken": set(),  # only with a conversation's own random name, see below
}
"""First parts of addresses, or whole ones, that are for these roles only."""
SIGNED_IN = "/mijn-account"
"""First part of the addresses that are for everybody with a session."""
RESULTS = {"verloop", "vragen", "rekenen", "verslagen"}
PAGES = {
    "leidinggevende": RESULTS | {"team", "gesprek", "afspraken"},
    "toezicht": RESULTS
    | {"verzoeken", "berichten", "klaagmuurthemas", "vragenlijsten", "logboek", "reservekopie",
       "toezicht", "deelname"},
    "luisteraar": {"postvak", "themastellen", "luisteraar", "verslagen"},
    "beheerder": {
        "rondes", "inrichten", "organisatie", "leden", "accounts", "instellingen", "hulplijnen",
        "vragenlijsten", "logboek", "gezondheid", "reservekopie", "klaagmuurthemas", "verslagen",
    },
}  # fmt: skip
"""The pages for each role, except the first page; a second list, kept by hand."""
INSECURE = tuple(
    "tests.promises.insecure_app:app" if part == "app:app" else part for part in UVICORN
)


@dataclass(frozen=True)
class Cast:
    """A running server and a session of each role."""

    live: Server
    context: AppContext
    sessions: dict[str, str]


@pytest.fixture(scope="module", params=BOTH)
def cast(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cast]:
    """Two teams with a sealed month, and somebody in every role."""
    folder = tmp_path_factory.mktemp("roles")
    with ExitStack() as stack:
        context = stack.enter_context(installation(request, folder))
        people = _fill(context)
        forks: ForkServer = request.getfixturevalue("forks")
        live = stack.enter_context(forks.running(context.settings, folder))
        yield Cast(live, context, people)


@pytest.fixture
def insecure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The same with weaker access control."""
    folder = tmp_path_factory.mktemp("insecure")
    context = build_context(settings_in(folder))
    people = _fill(context)
    with running(context.settings, folder, INSECURE) as live:
        yield Cast(live, context, people)
    context.engine.dispose()


def _fill(context: AppContext) -> dict[str, str]:
    """Let the two teams answer and seal the month; return a session of every role."""
    now = clock.now()
    import_tree(context.engine, TREE, "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    answers = {OWN: (2, 4), OTHER: (1, 4)}
    invitations = issue.invite(context, PERIOD, {OWN: 12, OTHER: 12}, "test", now)
    filled = [(each.code, (answers[each.unit][n % 2],) * 9) for n, each in enumerate(invitations)]
    sheets.submit(context, filled)
    closing.close(context, PERIOD, "test", now)
    team_log.write(context.engine, OTHER, REPLY, local_day(now))
    _plan(context)
    people = {role.value: _session(context, role, None) for role in Role if role is not LED}
    return people | {f"led {unit}": _session(context, LED, unit) for unit in (OWN, OTHER)}


def _plan(context: AppContext) -> str:
    """Plan a conversation of the other team."""
    tomorrow = Plan("uitkomsten_lezen", clock.now() + timedelta(1), 30, ROLE)
    return conversations.plan(context.engine, OTHER, tomorrow, clock.today())


LED = Role.LEIDINGGEVENDE


def test_every_address_is_refused_unless_the_role_is_written_down(cast: Cast) -> None:
    assert _open_addresses(cast) == []


def test_no_page_asks_for_less_than_a_session(cast: Cast) -> None:
    assert _open_to_nobody(cast) == []


@pytest.mark.parametrize("role", ["beheerder", "toezicht", "luisteraar", f"led {OWN}"])
def test_every_page_is_refused_unless_it_is_for_the_role(cast: Cast, role: str) -> None:
    assert _pages_open_to(cast, role) == PAGES[role.replace(f"led {OWN}", "leidinggevende")]


def test_the_same_attacks_get_through_weaker_access_control(insecure: Cast) -> None:
    """The control, one weakness after another."""
    # The units that somebody may see are cached for everybody.
    for name in (f"led {OTHER}", f"led {OWN}"):
        received = _everything_sent(insecure, insecure.sessions[name], [OTHER], [""])
        assert OTHER_SCORE in _numbers(received)
    # Downloads ask only for a session; pages missing from the list of forbidden ones are open.
    assert ("toezicht", 200) in {(name, status) for name, _, _, status in _open_addresses(insecure)}
    assert {("/verloop", 200), ("the websocket", 101)} <= set(_open_to_nobody(insecure))
    # A page is hidden from the navigation, but is still served.
    assert "logboek" in _pages_open_to(insecure, f"led {OWN}") - PAGES["leidinggevende"]


@pytest.mark.parametrize("role", ["beheerder", "toezicht", "luisteraar", f"led {OWN}"])
def test_whatever_is_sent_nothing_of_another_unit_comes_back(cast: Cast, role: str) -> None:
    """Every page is requested with the other unit in the address and in every widget, after
    somebody who may see that unit has filled every cache."""
    _plan(cast.context)  # an earlier run has pressed every button
    team_log.write(cast.context.engine, OTHER, REPLY, clock.today())
    filled = _everything_sent(cast, cast.sessions[f"led {OTHER}"], [OTHER])
    assert REPLY in filled
    assert ROLE in filled
    assert OTHER_SCORE in _numbers(filled)

    received = _everything_sent(cast, cast.sessions[role], [OTHER, "1", "stad"])

    assert REPLY not in received
    assert ROLE not in received
    assert f"led-{OTHER}@stad.example" not in received
    assert NAME not in received or role == "beheerder"  # who manages the units
    received += _everything_sent(cast, cast.sessions[role], [NAME])
    assert REPLY not in received
    if role != "toezicht":  # who sees the whole organisation, and charts with other numbers
        assert OTHER_SCORE not in _numbers(received)
        assert (OWN_SCORE in _numbers(received)) == (role == f"led {OWN}")


def test_the_files_of_a_conversation_are_for_whoever_leads_the_unit(cast: Cast) -> None:
    name = _plan(cast.context)
    for file, own in (("agenda", 200), ("teamgesprek.ics", 200)):
        address = f"/gesprekken/{name}/{file}"
        statuses = {
            who: _ask(cast, token, "GET", address).status_code
            for who, token in {"nobody": None, **cast.sessions}.items()
        }
        assert statuses.pop("nobody") == 303
        assert statuses.pop(f"led {OTHER}") == own
        assert set(statuses.values()) == {404}


def test_a_results_link_opens_one_team_and_none_can_be_made_up(cast: Cast) -> None:
    team_links.renew(cast.context.engine, OWN, "test", clock.now())  # or it was ended before
    version = team_links.link_versions(cast.context.engine)[OWN]
    good = results_link.token(cast.context.secret, OWN, version)
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
    """The permissions of every role agree with a second table, kept by hand."""
    allowed = {
        "leidinggevende": {"see_unit_results", "reply_to_team"},
        "luisteraar": {"read_vents"},
        "beheerder": {"manage_organisation", "manage_rounds", "manage_accounts", "read_audit"},
        "toezicht": {
            "see_organisation_results",
            "read_audit",
            "blank_team_lines",
            "keep_backup_key",
            "confirm_acts",
        },
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
        account_ids = connection.execute(select(account.c.id).where(account.c.email == email))
        name = str(account_ids.scalar_one())
    with writing(context.engine) as connection:
        return sessions.start(connection, name, now)


def _open_addresses(cast: Cast) -> list[tuple[str, str, str, int]]:
    """Role, method, address and status wherever a role gets in that is not listed above."""
    requests, leaks = 0, []
    for route in page_routes:
        first = "/" + route.path.strip("/").partition("/")[0]
        if first in EVERYBODY:
            continue
        own = first == SIGNED_IN
        assert own or first in BEHIND_A_ROLE, f"{route.path} is for whom?"
        address = re.sub("{.*?}", "x", route.path)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            requests += 1
            for who, token in {"nobody": None, **cast.sessions}.items():
                status = _ask(cast, token, method, address).status_code
                roles = set() if own else {role.value for role in _behind(route.path, first)}
                allowed = (own and token is not None) or who in roles
                if not (allowed or status in (303, 403, 404, 405)):
                    leaks.append((who, method, address, status))
    assert requests > 5
    return leaks


def _behind(path: str, first: str) -> set[Role]:
    """The roles for an address: its own where it has them, else those of its first part."""
    return BEHIND_A_ROLE.get(path, BEHIND_A_ROLE[first])


def _open_to_nobody(cast: Cast) -> list[tuple[str, int]]:
    """The addresses that answer without a session, or with a session that does not exist."""
    machine = ("media/x", "_stcore/upload_file/a/b", "_stcore/metrics")
    leaks = []
    for address in ("", *(place.address for place in DASHBOARD_PAGES), "onbekend", *machine):
        status = _ask(cast, None, "GET", f"/{address}").status_code
        if status not in (303, 403, 404):
            leaks.append((f"/{address}", status))
    for cookie in (None, "A" * 43):
        try:
            with _channel(cast, cookie):
                leaks.append(("the websocket", 101))
        except InvalidStatus:
            continue
    return leaks


def _pages_open_to(cast: Cast, role: str) -> set[str]:
    """The pages that do not refuse this role."""
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


def _everything_sent(
    cast: Cast, token: str, crafted: Sequence[str], addresses: Sequence[str] = ADDRESSES
) -> str:
    """Everything the server sends over the websocket, as text, with crafted addresses and
    widget values."""
    received = []
    for address in addresses:
        for value in crafted:
            with _channel(cast, token) as channel:
                query = f"onderdeel={value}&maand={PERIOD}&thema=respect"
                received.append(_run(channel, address, query))
                widgets = re.findall(r"\$\$ID-[0-9a-f]+-[\w.-]+", received[-1])
                received.append(_run(channel, address, query, sorted(set(widgets)), value))
    return "\n".join(received)


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
    """Run the script once as a browser does; return everything that comes back, as text."""
    message_out = BackMsg()
    message_out.rerun_script.query_string = query
    message_out.rerun_script.page_script_hash = calc_hash(address)
    for widget in widgets:
        state = message_out.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = widget, value
    channel.send(message_out.SerializeToString())
    received = []
    while True:
        message = channel.recv(timeout=30)
        assert isinstance(message, bytes)
        read = ForwardMsg.FromString(message)
        received += [str(read), *_tables(read)]
        if read.WhichOneof("type") == "script_finished":
            return without_break_points("\n".join(received))


def _tables(message: Message) -> Iterator[str]:
    """The tables in a message as text."""
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in value if field.is_repeated else [value]:
                if isinstance(part, Message):
                    yield from _tables(part)
        elif isinstance(value, bytes) and len(value) > 64:
            try:
                yield pa.ipc.open_stream(io.BytesIO(value)).read_pandas().to_string()
            except (pa.ArrowInvalid, OSError):
                continue


def _numbers(text: str) -> set[str]:
    """The numbers that stand alone in a text: a cell, a value, a word of a sentence."""
    return set(re.findall(r'(?<![\w.:#%"-])\d{1,3}(?![\w.:%-])', text)) | set(
        re.findall(r'body: "(\d+)"', text)
    )
