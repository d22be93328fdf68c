"""Promise: nobody sees or does what is not theirs, whatever they send.

The permissions of pages and forms are tested elsewhere; here the attacks go around them.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import select
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from monitor import clock
from monitor.access import accounts, removal, sessions
from monitor.access.roles import Role
from monitor.config.settings import ROOT, Settings
from monitor.context import AppContext, build_context
from monitor.locale import texts
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.store.engine import reading, writing
from monitor.store.tables import account
from monitor.web.http import forms
from monitor.web.http.headers import dashboard_policy, plain_page_policy
from tests.fork_server import ForkServer
from tests.live import Server
from tests.postgres import Cluster
from tests.promises.dashboard_socket import screen
from tests.stores import BOTH, SQLITE, settings_in

GOOD = "vier losse natte eenden"
BEA, LEA = "bea@waterrijk.example", "lea@waterrijk.example"
REFUSED = texts("nl")("refused.title")
SIGNED_OUT = texts("nl")("signed_out.title")

SignIn = Callable[[str], str]


@pytest.fixture(scope="module", params=BOTH)
def settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings for one store that all tests here share."""
    folder = tmp_path_factory.mktemp("side")
    if request.param == SQLITE:
        yield settings_in(folder)
    else:
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database() as url:
            yield settings_in(folder, url)


@pytest.fixture(scope="module")
def context(settings: Settings) -> Iterator[AppContext]:
    """An installation in which Bea is beheerder and Lea is leidinggevende of a team."""
    context, now = build_context(settings), clock.now()
    tree = Tree((Unit("stad", None, "Stad"), Unit("wmo", "stad", "Team Zilvermeeuw")))
    import_tree(context.engine, tree, "test", now)
    accounts.add_with_password(context.engine, BEA, Role.BEHEERDER, None, GOOD, "t", now)
    accounts.add(context.engine, "els@waterrijk.example", Role.BEHEERDER, None, "t", now)
    accounts.add_with_password(context.engine, LEA, Role.LEIDINGGEVENDE, "wmo", GOOD, "t", now)
    yield context
    context.engine.dispose()


@pytest.fixture(scope="module")
def live(
    settings: Settings,
    context: AppContext,
    forks: ForkServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """The live."""
    with forks.running(settings, tmp_path_factory.mktemp("live")) as live:
        yield live


@pytest.fixture
def session_of(context: AppContext) -> SignIn:
    """Starts a session for the account with an address; returns its token."""

    def begin(email: str) -> str:
        with writing(context.engine) as connection:
            account_id = connection.execute(
                select(account.c.id).where(account.c.email == email)
            ).scalar_one()
            return sessions.start(connection, account_id, clock.now())

    return begin


@pytest.fixture
def anonymous(live: Server) -> Iterator[httpx.Client]:
    """A browser without a session."""
    with httpx.Client(base_url=live.address, timeout=30, verify=False) as client:
        yield client


def form_token(page: str) -> str:
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    assert token is not None
    return token[1]


def sign_in(client: httpx.Client, email: str) -> httpx.Response:
    token = form_token(client.get("/aanmelden").text)
    fields = {"formulier": token, "email": email, "wachtzin": GOOD, "naar": "/rondes"}
    return client.post("/aanmelden", data=fields)


# -- sessions ---------------------------------------------------------------------------------


def test_a_planted_session_is_never_the_one_that_is_signed_in(
    anonymous: httpx.Client, context: AppContext
) -> None:
    planted = "p" * 43
    anonymous.cookies.set(sessions.COOKIE, planted)
    answer = sign_in(anonymous, LEA)

    assert answer.status_code == 303
    assert answer.cookies[sessions.COOKIE] != planted
    assert not sessions.is_alive(context.engine, planted, clock.now())


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(
    live: Server, anonymous: httpx.Client
) -> None:
    stolen = sign_in(anonymous, LEA).cookies[sessions.COOKIE]
    with screen(live, stolen) as thief:
        assert LEA in thief.run()
        token = form_token(anonymous.get("/afmelden").text)
        assert anonymous.post("/afmelden", data={"formulier": token}).status_code == 303

        seen = thief.run()
        assert SIGNED_OUT in seen
        assert LEA not in seen
        for address in thief.hashes:
            assert LEA not in thief.run(address)
    cookies = {sessions.COOKIE: stolen}
    with httpx.Client(base_url=live.address, cookies=cookies, verify=False) as client:
        for path in ("/", "/rondes", "/_stcore/health", "/media/x"):
            assert client.get(path).status_code in (303, 403)
    with pytest.raises(InvalidStatus), screen(live, stolen):
        pass


def test_a_part_of_a_page_that_refreshes_itself_stops_with_the_session(
    live: Server, context: AppContext, session_of: SignIn
) -> None:
    token = session_of(LEA)
    with screen(live, token) as page:
        page.run()
        sessions.end(context.engine, token)
        for fragment in set(page.fragments):
            assert LEA not in page.run(fragment=fragment)


def test_a_role_that_was_taken_away_ends_at_the_next_click(
    live: Server, context: AppContext, session_of: SignIn
) -> None:
    engine, now = context.engine, clock.now()
    accounts.add(engine, LEA, Role.TOEZICHT, None, "t", now)
    with screen(live, session_of(LEA)) as page:
        assert REFUSED not in page.run("team")
        removal.take_role(engine, LEA, Role.LEIDINGGEVENDE, "wmo", "t", now)

        assert REFUSED in page.run("team")
        assert REFUSED in page.run(page_hash=page.hashes["team"])
        assert "Team Zilvermeeuw" not in page.run("team")

        accounts.add(engine, LEA, Role.LEIDINGGEVENDE, "wmo", "t", now)
        assert REFUSED not in page.run("team")


def test_an_account_that_was_removed_is_out_at_the_next_click(
    live: Server, context: AppContext, session_of: SignIn
) -> None:
    email = "kort@waterrijk.example"
    accounts.add_with_password(context.engine, email, Role.TOEZICHT, None, GOOD, "t", clock.now())
    with screen(live, session_of(email)) as page:
        assert email in page.run()
        removal.remove(context.engine, email, "t", clock.now())
        seen = page.run()

    assert SIGNED_OUT in seen
    assert email not in seen


# -- the websocket ----------------------------------------------------------------------------


def test_whoever_takes_over_a_screen_stays_who_they_are(
    live: Server, context: AppContext, session_of: SignIn
) -> None:
    bea = session_of(BEA)
    with screen(live, bea) as page:
        assert BEA in page.run("rondes")
        name = page.streamlit_session
        with screen(live, session_of(LEA), taken_over=name) as beside:
            assert_is_lea(beside.run("rondes"))
    time.sleep(0.3)  # from now on the framework lets a browser reconnect to this session
    with screen(live, session_of(LEA), taken_over=name) as after:
        seen = after.run("rondes")
        assert_is_lea(seen)
    with pytest.raises(InvalidStatus), screen(live, "x" * 43, taken_over=name):
        pass


def assert_is_lea(seen: str) -> None:
    assert LEA in seen
    assert BEA not in seen
    assert REFUSED in seen


def test_a_page_that_is_not_yours_is_not_there_by_any_name(
    live: Server, session_of: SignIn
) -> None:
    with screen(live, session_of(BEA)) as page:
        page.run()
        hashes = page.hashes
    with screen(live, session_of(LEA)) as page:
        assert REFUSED in page.run("rondes")
        assert REFUSED in page.run(page_hash=hashes["rondes"])
        assert LEA in page.run("../rondes")
        assert LEA in page.run(page_hash="0" * 32)


def commands() -> Iterator[BackMsg]:
    """Every message a client may send to the framework, except to run the script."""
    for name in (
        "clear_cache",
        "set_run_on_save",
        "stop_script",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
        "app_heartbeat",
    ):
        yield BackMsg(**{name: True})
    message = BackMsg()
    message.file_urls_request.request_id = "1"
    message.file_urls_request.file_names.append("../../../etc/passwd")
    yield message
    for kind in ("install_skills", "dismiss_skills_nudge", "deferred_file", "dataframe_chunk"):
        message = BackMsg()
        getattr(message.backend_operation_request, kind).SetInParent()
        message.backend_operation_request.request_id = "2"
        yield message


def test_commands_of_the_framework_give_nothing_away_and_stop_nothing(
    live: Server, session_of: SignIn
) -> None:
    before = {file for file in ROOT.iterdir() if file.name.startswith(".")}
    with screen(live, session_of(LEA)) as page:
        page.run()
        for message in commands():
            operation = message.WhichOneof("type") == "backend_operation_request"
            if operation:
                message.backend_operation_request.session_id = page.streamlit_session
            page.send(message)
        seen = page.run()

    for secret in ("root:", "Traceback", BEA, "git_info"):
        assert secret not in seen
    assert {file for file in ROOT.iterdir() if file.name.startswith(".")} == before
    assert httpx.get(f"{live.address}/healthz").status_code == 200


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"\x00", b"\xff" * 2000, b"\x0a\xff\xff\xff\xff\x0f", "tekst", b"x" * 60_000_000],
    ids=["empty", "zero", "noise", "a length that is not there", "text", "far too much"],
)
def test_nonsense_on_the_websocket_hurts_nobody_else(
    live: Server, session_of: SignIn, nonsense: bytes | str
) -> None:
    with screen(live, session_of(BEA)) as other:
        with screen(live, session_of(LEA)) as page:
            page.run()
            try:
                page.channel.send(nonsense)
                page.channel.recv(timeout=1)
            except (ConnectionClosed, TimeoutError):
                pass
        assert BEA in other.run("rondes")
    assert str(ROOT) not in live.log()


# -- addresses --------------------------------------------------------------------------------

CLIMBING = (
    "/../etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/../../../etc/passwd",
    "/static/..%2f..%2fapp_session.py",
    "/static/%2e%2e%2findex.html",
    "/static\\..\\x",
    "/media/../rondes",
    "/media/%2e%2e%2fdata%2fteamklimaat.db",
    "/pulse/../rondes",
    "/pulse/..;/rondes",
    "/pulse/%00",
    "/PULSE/%2e%2e/_stcore/metrics",
    "/_STCORE/metrics",
    "/_stcore%2fmetrics",
    "/_stcore//metrics",
    "//_stcore/metrics",
    "/./_stcore/metrics",
    "/aanmelden/../rondes",
    "/aanmelden/terug/../../rondes",
    "/rondes/",
    "/rondes/%2e",
    "/data/teamklimaat.db",
    "/.streamlit/config.toml",
    "/app/static/config.toml",
    "/component/x/../../../etc/passwd",
    "http://elders.example/rondes",
)


@pytest.mark.parametrize("path", CLIMBING)
def test_no_spelling_of_an_address_leads_around_access_control(live: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")

    status = int(head.split(b" ", 2)[1])
    assert status in (303, 400, 403, 404), path
    assert b'id="root"' not in body
    assert b"root:" not in body
    assert b"SQLite" not in body
    if status != 400:
        policies = (plain_page_policy().encode(), dashboard_policy().encode())
        assert any(policy in head for policy in policies)
    if status == 303:
        location = head.lower().partition(b"location: ")[2].split(b"\r\n", 1)[0]
        assert location.startswith(b"/aanmelden"), location


# -- too much, and too slowly -----------------------------------------------------------------

FORMS = ("/pulse", "/klaagmuur", "/aanmelden", "/aanmelden/code", "/aanmelden/instellen")
TOO_MUCH = {"/klaagmuur": forms.LONG_TEXT.read}
"""The bytes a page still reads, where a long text is given back to whoever pasted it."""


@pytest.mark.parametrize("path", FORMS)
def test_a_body_that_is_too_large_is_refused_and_not_kept(
    anonymous: httpx.Client, path: str
) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(480):
            yield b"x" * 65_536

    for content in (b"x=" + b"y" * TOO_MUCH.get(path, 3_000_000), endless()):
        try:
            status = anonymous.post(path, content=content, headers=FORM).status_code
        except httpx.TransportError:
            status = 413  # the server hung up before everything was sent
        assert status == 413
    assert anonymous.get("/healthz").status_code == 200


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_the_framework_takes_no_upload_from_anybody(
    live: Server, anonymous: httpx.Client, session_of: SignIn
) -> None:
    address = "/_stcore/upload_file/x/y"
    file = {"file": ("x.csv", b"x" * 60)}

    assert anonymous.put(address, files=file).status_code == 404
    with httpx.Client(
        base_url=live.address, cookies={sessions.COOKIE: session_of(LEA)}, timeout=30
    ) as client:
        assert client.put(address, files=file).status_code == 404
        assert client.get("/_stcore/host-config").status_code == 200  # the session is valid


def test_a_head_without_an_end_is_let_go(live: Server) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 10) as connection:
        connection.sendall(b"GET /pulse HTTP/1.1\r\nHost: x\r\n")
        with pytest.raises(OSError, match=r"(?i)reset|pipe"):
            for number in range(4000):
                connection.sendall(b"X-%d: %b\r\n" % (number, b"y" * 1000))
                time.sleep(0.0001)


def test_slow_clients_keep_nobody_waiting(live: Server, anonymous: httpx.Client) -> None:
    with ExitStack() as connections:
        for number in range(150):
            connection = connections.enter_context(
                socket.create_connection(("127.0.0.1", live.port), 10)
            )
            if number % 3 == 1:
                connection.sendall(b"GET /pulse HTTP/1.1\r\nHost: ")
            elif number % 3 == 2:
                connection.sendall(
                    b"POST /aanmelden HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
                    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
                )
        statuses = [anonymous.get("/pulse").status_code for _ in range(10)]

    assert statuses == [200] * 10


def test_the_accounts_are_as_they_were(context: AppContext) -> None:
    with reading(context.engine) as connection:
        emails = set(connection.scalars(select(account.c.email)))
    assert {BEA, LEA} <= emails
