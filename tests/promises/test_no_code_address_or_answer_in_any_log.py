"""No code, address or answer in any log, however the app is started and whatever goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from monitor import clock
from monitor.access.sessions import COOKIE
from monitor.context import AppContext
from monitor.pulse import periods
from monitor.pulse.ballot import envelope
from monitor.pulse.rounds import rounds
from monitor.store.engine import is_sqlite
from tests.live import SERVE, STREAMLIT_RUN, UVICORN, Live, running
from tests.postgres import Cluster
from tests.promises import visits
from tests.stores import POSTGRESQL, SQLITE

WAYS = {"serve": SERVE, "streamlit run": STREAMLIT_RUN, "uvicorn": UVICORN}
UNGUARDED = tuple("tests.promises.unguarded:app" if part == "app:app" else part for part in UVICORN)
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


def a_day(live: Live, context: AppContext, invited: visits.Invited) -> set[str]:
    """Visit everything there is, well and badly; returns what of it was secret."""
    with visits.phone(live.address) as client:
        statuses = visits.answer_and_wander(client, invited)
        assert {200, 303, 400, 404, 405, 409} <= set(statuses)
        assert visits.sign_in(client, visits.NONSENSE).status_code == 403
        assert visits.sign_in(client, visits.PASSPHRASE).status_code == 303
        assert "delta" in visits.look_at_dashboard(client, live.address, invited.codes[2])
        visits.knock_on_sockets(client, live.address, invited)
        visits.speak_badly(live.port, invited)
        things_break(client, live, context, invited)
        session = client.cookies[COOKIE]
    return invited.secrets | {session}


def things_break(
    client: httpx.Client, live: Live, context: AppContext, invited: visits.Invited
) -> None:
    """A store that lost a table and one that is locked, while people are at both doors."""
    address = f"/pulse/{invited.codes[3]}"
    sheet = visits.filled_in(client, invited.codes[3])
    with visits.without_table(context, "ballot"):
        assert client.post(address, data=sheet).status_code == 500
    with visits.without_table(context, "survey_round"):
        assert client.get(address).status_code == 500
        visits.look_at_dashboard(client, live.address, invited.codes[3])
    with visits.locked(context, periods.containing(clock.today())):
        assert client.post(address, data=sheet).status_code == 503


@pytest.mark.server
@pytest.mark.parametrize(
    ("way", "store"),
    # What the store says goes through the same guard, whichever way the app is started.
    [*((way, SQLITE) for way in WAYS), ("serve", POSTGRESQL)],
)
def test_no_code_address_or_answer_in_any_log(
    way: str, context: AppContext, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    noted = None if is_sqlite(context.engine) else _listen_in(context, request)
    invited = visits.set_up(context)
    with running(context.settings, tmp_path, WAYS[way]) as live:
        secrets = a_day(live, context, invited)
        live.stop()
        said = live.said()
    assert [found for found in secrets if found in said] == []
    assert NEVER.findall(said) == []
    assert '"request.failed"' in said  # what broke was noted, without what was asked for
    if noted is not None:
        nothing_in_the_log_of_the_database(context, invited, secrets, noted())


def nothing_in_the_log_of_the_database(
    context: AppContext, invited: visits.Invited, secrets: set[str], noted: str
) -> None:
    """A PostgreSQL that notes every statement with all that goes with it."""
    key = rounds.key_of(context.keys, rounds.get(context.engine, periods.containing(clock.today())))
    # It does note what goes with a sheet: the mark of its code, and an envelope.
    assert envelope.fingerprint(key.code_key, invited.codes[0]).hex() in noted
    assert "INSERT INTO envelope" in noted
    assert [found for found in secrets if found in noted] == []
    words = (visits.NONSENSE, visits.PASSPHRASE, visits.PHONE, visits.BEHIND_PROXY, visits.BROWSER)
    assert [word for word in words if word in noted] == []
    assert key.private.hex() not in noted
    assert key.code_key.hex() not in noted


def _listen_in(context: AppContext, request: pytest.FixtureRequest) -> Callable[[], str]:
    cluster: Cluster = request.getfixturevalue("postgresql")
    cluster.listen_in(context.settings.database_url)
    context.engine.dispose()  # from here on its connections are listened in on
    before = cluster.noted()
    return lambda: cluster.noted().removeprefix(before)


@pytest.mark.server
@pytest.mark.parametrize("store", [SQLITE])
def test_the_control_a_log_without_the_guard_tells_it_all(
    context: AppContext, tmp_path: Path
) -> None:
    invited = visits.set_up(context)
    with running(context.settings, tmp_path, UNGUARDED) as live:
        secrets = a_day(live, context, invited)
        live.stop()
        said = live.said()
    assert any(found in said for found in secrets)
    assert visits.PHONE in said
    assert "/pulse/" in said
