"""No code, address or answer in any log, however the app is started and whatever goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from monitor import clock
from monitor.access.sessions import COOKIE
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.pulse import periods
from monitor.pulse.ballot import envelope
from monitor.pulse.rounds import rounds
from tests.fork_server import ForkServer
from tests.live import SERVE, STREAMLIT_RUN, UVICORN, Server, running
from tests.postgres import Cluster
from tests.promises import visits
from tests.stores import POSTGRESQL, settings_in

WAYS = {"serve": SERVE, "streamlit run": STREAMLIT_RUN, "uvicorn": UVICORN}
UNGUARDED = tuple(
    "tests.promises.unguarded_logs:app" if part == "app:app" else part for part in UVICORN
)
NEVER = re.compile(
    "|".join(
        (
            *map(re.escape, ("127.0.0.", visits.BEHIND_PROXY, visits.BROWSER, visits.NONSENSE)),
            *map(re.escape, (visits.TEAM, visits.EMAIL, visits.PASSPHRASE, COOKIE)),
            r"(?<![0-9a-f:])::1\b",
            r"/(?:pulse|resultaten|welkom|aanmelden|privacy|_stcore)\b(?!/?\w*\.py)",
            '"(?:GET|POST|PUT|WebSocket) ',
            "Traceback|no such table|does not exist|database is locked|lock timeout",
        )
    ),
    re.IGNORECASE,
)

Start = Callable[[Settings, Path], AbstractContextManager[Server]]
"""Starts a server on a store, with a folder for what it writes."""


@dataclass(frozen=True)
class Day:
    """Everything a server wrote during a day of visits, and the secrets that were in use."""

    log: str
    secrets: set[str]


def spend_a_day(context: AppContext, invited: visits.Invited, folder: Path, start: Start) -> Day:
    """Start a server, visit everything there is, well and badly, and stop it."""
    with start(context.settings, folder) as live:
        with visits.phone(live.address) as client:
            statuses = visits.answer_and_wander(client, invited)
            assert {200, 303, 400, 404, 405, 409} <= set(statuses)
            assert visits.sign_in(client, visits.NONSENSE).status_code == 403
            assert visits.sign_in(client, visits.PASSPHRASE).status_code == 303
            assert "delta" in visits.look_at_dashboard(client, live.address, invited.codes[2])
            visits.knock_on_sockets(client, live.address, invited)
            visits.speak_badly(live.port, invited)
            break_things(client, live, context, invited)
            session = client.cookies[COOKIE]
        live.stop()
        return Day(live.log(), invited.secrets | {session})


def break_things(
    client: httpx.Client, live: Server, context: AppContext, invited: visits.Invited
) -> None:
    """Take away a table, then lock the store, while people use plain pages and dashboard."""
    address = f"/pulse/{invited.codes[3]}"
    sheet = visits.filled_in(client, invited.codes[3])
    with visits.without_table(context, "ballot"):
        assert client.post(address, data=sheet).status_code == 500
    with visits.without_table(context, "survey_round"):
        assert client.get(address).status_code == 500
        visits.look_at_dashboard(client, live.address, invited.codes[3])
    with visits.locked(context, periods.containing(clock.today())):
        assert client.post(address, data=sheet).status_code == 503


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Day]:
    """A day for each way to start the app, and one without the guard, all at the same time.

    Most of a day is waiting for a locked store.
    """
    commands = WAYS | {"unguarded": UNGUARDED}
    folders = [tmp_path_factory.mktemp("day") for _ in commands]
    contexts = [build_context(settings_in(folder)) for folder in folders]
    invited = [visits.set_up(context) for context in contexts]
    with ThreadPoolExecutor(len(commands)) as pool:
        starts = [partial(running, command=command) for command in commands.values()]
        spent = pool.map(spend_a_day, contexts, invited, folders, starts)
        by_way = dict(zip(commands, spent, strict=True))
    for context in contexts:
        context.engine.dispose()
    return by_way


@pytest.mark.parametrize("way", WAYS)
def test_no_code_address_or_answer_in_any_log(way: str, days: dict[str, Day]) -> None:
    nothing_was_logged_about_anybody(days[way])


def test_the_control_a_log_without_the_guard_tells_it_all(days: dict[str, Day]) -> None:
    day = days["unguarded"]
    assert any(secret in day.log for secret in day.secrets)
    assert visits.PHONE in day.log
    assert "/pulse/" in day.log


@pytest.mark.parametrize("store", [POSTGRESQL])
def test_no_code_address_or_answer_in_any_log_on_postgresql(
    context: AppContext, forks: ForkServer, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database_log = _listen_in(context, request)
    invited = visits.set_up(context)

    # What the store reports goes through the same guard, whichever way the app is started.
    day = spend_a_day(context, invited, tmp_path, forks.running)

    nothing_was_logged_about_anybody(day)
    nothing_in_the_log_of_the_database(context, invited, day.secrets, database_log())


def nothing_was_logged_about_anybody(day: Day) -> None:
    """The log names what broke, and no secret, address or request."""
    assert [secret for secret in day.secrets if secret in day.log] == []
    assert NEVER.findall(day.log) == []
    assert '"request.failed"' in day.log


def nothing_in_the_log_of_the_database(
    context: AppContext, invited: visits.Invited, secrets: set[str], log: str
) -> None:
    """The log of a PostgreSQL that logs every statement with its parameters."""
    key = rounds.key_of(context.keys, rounds.get(context.engine, periods.containing(clock.today())))
    # It does hold what is stored of a sheet: the fingerprint of its code, and an envelope.
    assert envelope.fingerprint(key.code_key, invited.codes[0]).hex() in log
    assert "INSERT INTO envelope" in log
    assert [secret for secret in secrets if secret in log] == []
    words = (visits.NONSENSE, visits.PASSPHRASE, visits.PHONE, visits.BEHIND_PROXY, visits.BROWSER)
    assert [word for word in words if word in log] == []
    assert key.private.hex() not in log
    assert key.code_key.hex() not in log


def _listen_in(context: AppContext, request: pytest.FixtureRequest) -> Callable[[], str]:
    cluster: Cluster = request.getfixturevalue("postgresql")
    cluster.log_statements(context.settings.database_url)
    context.engine.dispose()  # from here on its connections are logged
    before = cluster.log()
    return lambda: cluster.log().removeprefix(before)
