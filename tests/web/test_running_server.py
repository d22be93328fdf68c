"""The real server: plain pages in front, the real dashboard behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.config.settings import Settings
from monitor.config.settings import read as read_settings
from monitor.context import build_context
from monitor.store.engine import writing
from monitor.store.tables import account
from monitor.web.http import dashboard_index
from monitor.web.http.headers import dashboard_policy, plain_page_policy
from tests.fork_server import ForkServer
from tests.live import Server


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for one store that all tests here share and none of them changes."""
    folder = tmp_path_factory.mktemp("live")
    return read_settings(
        {
            "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'teamklimaat.db'}",
            "TEAMKLIMAAT_KEYS_DIR": str(folder / "state" / "keys"),
            "TEAMKLIMAAT_SECRET_FILE": str(folder / "state" / "secret"),
        }
    )


@pytest.fixture(scope="module")
def session(settings: Settings) -> str:
    """A session token."""
    context = build_context(settings)
    accounts.add_with_password(
        context.engine,
        "or@waterrijk.example",
        Role.TOEZICHT,
        None,
        "vier losse natte eenden",
        "t",
        clock.now(),
    )
    with writing(context.engine) as connection:
        account_id = connection.execute(select(account.c.id)).scalar_one()
        token = sessions.start(connection, account_id, clock.now())
    context.engine.dispose()
    return token


@pytest.fixture(scope="module")
def live(
    settings: Settings,
    session: str,
    forks: ForkServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """The server."""
    folder: Path = tmp_path_factory.mktemp("server")
    with forks.running(settings, folder) as server:
        yield server


@pytest.fixture
def anonymous(live: Server) -> Iterator[httpx.Client]:
    """A browser without a session."""
    with httpx.Client(base_url=live.address) as client:
        yield client


@pytest.fixture
def signed_in(live: Server, session: str) -> Iterator[httpx.Client]:
    """A browser with a session."""
    with httpx.Client(base_url=live.address, cookies={sessions.COOKIE: session}) as client:
        yield client


def assert_safe(answer: httpx.Response, policy: str, caching: str = "no-store") -> None:
    assert answer.headers.get_list("content-security-policy") == [policy]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get("cache-control") == caching
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pulse", 200),
        ("/pulse/nope", 404),
        ("/pulse/a/b", 404),
        ("/pulse/..%2f..%2fx", 404),
        ("/pulse/a%5cb", 404),
        ("/klaagmuur/nope", 404),
        ("/resultaten/nope", 404),
        ("/privacy", 200),
        ("/aanmelden", 200),
        ("/welkom/nope", 404),
    ],
)
def test_plain_pages_answer_every_address_of_theirs(
    anonymous: httpx.Client, path: str, status: int
) -> None:
    answer = anonymous.get(path)

    assert answer.status_code == status
    assert_safe(answer, plain_page_policy())
    assert 'id="root"' not in answer.text
    assert "<h1>" in answer.text


def test_the_dashboard_needs_a_session(anonymous: httpx.Client, signed_in: httpx.Client) -> None:
    refused, page = anonymous.get("/verloop"), signed_in.get("/verloop")

    assert (refused.status_code, refused.headers["location"]) == (303, "/aanmelden?naar=/verloop")
    assert page.content == dashboard_index.page("nl")
    for answer in (refused, page):
        assert_safe(answer, dashboard_policy())


def test_the_frameworks_own_responses_have_safe_headers_too(
    anonymous: httpx.Client, signed_in: httpx.Client
) -> None:
    for client, path, status in (
        (signed_in, "/_stcore/health", 200),
        (signed_in, "/_stcore/host-config", 200),
        (signed_in, "/media/nope", 404),
        (signed_in, "/favicon.png", 200),
        (signed_in, "/_stcore/metrics", 404),
        (anonymous, "/_stcore/health", 403),
        (anonymous, "/_stcore/metrics", 404),
        (anonymous, "/_stcore/agent/openapi.json", 404),
        (anonymous, "/media/nope", 403),
    ):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, status)
        assert_safe(answer, dashboard_policy())


def test_hashed_files_may_be_cached_and_stay_cached(anonymous: httpx.Client) -> None:
    file = next(name for name in sorted(dashboard_index.static_files()) if name.endswith(".css"))
    first = anonymous.get(file)
    again = anonymous.get(file, headers={"if-none-match": first.headers["etag"]})

    assert_safe(first, dashboard_policy(), "public, immutable, max-age=31536000")
    assert again.status_code == 304
    assert again.headers.get("cache-control") != "no-store"


def test_a_websocket_needs_a_session(live: Server, session: str) -> None:
    address = live.address.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused, connect(address):
        pass
    assert refused.value.response.status_code == 403
    assert refused.value.response.headers["X-Frame-Options"] == "DENY"

    cookie = {"Cookie": f"{sessions.COOKIE}={session}"}
    with connect(address, additional_headers=cookie) as websocket:
        assert websocket.response is not None
        assert websocket.response.status_code == 101


def test_no_address_and_no_body_is_in_the_log(live: Server, anonymous: httpx.Client) -> None:
    anonymous.get("/pulse/DTC0-A2PM-C52Y-YTV4-W4HB")
    anonymous.post("/pulse", content=b"x" * 100)

    assert "DTC0" not in live.log()
    assert "/pulse" not in live.log()
    assert "127.0.0.1" not in live.log()
