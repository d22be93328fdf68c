"""No code, address or answer in any log, however the app is started and whatever goes wrong."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from monitor.access.sessions import COOKIE
from monitor.wiring import House
from tests.live import SERVE, STREAMLIT_RUN, UVICORN, Live, running
from tests.promises import visits

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
            "Traceback|no such table|database is locked",
        )
    ),
    re.IGNORECASE,
)


def a_day(live: Live, house: House, invited: visits.Invited) -> set[str]:
    """Visit everything there is, well and badly; returns what of it was secret."""
    database = house.settings.database_file
    assert database is not None
    with visits.phone(live.address) as client:
        statuses = visits.answer_and_wander(client, invited)
        assert {200, 303, 400, 404, 405, 409} <= set(statuses)
        assert visits.sign_in(client, visits.NONSENSE).status_code == 403
        assert visits.sign_in(client, visits.PASSPHRASE).status_code == 303
        assert "delta" in visits.look_at_dashboard(client, live.address, invited.codes[2])
        visits.knock_on_sockets(client, live.address, invited)
        visits.speak_badly(live.port, invited)
        things_break(client, live, invited, database)
        session = client.cookies[COOKIE]
    return invited.secrets | {session}


def things_break(client: httpx.Client, live: Live, invited: visits.Invited, database: Path) -> None:
    """A store that lost a table and one that is locked, while people are at both doors."""
    address = f"/pulse/{invited.codes[3]}"
    sheet = visits.filled_in(client, invited.codes[3])
    with visits.without_table(database, "ballot"):
        assert client.post(address, data=sheet).status_code == 500
    with visits.without_table(database, "survey_round"):
        assert client.get(address).status_code == 500
        visits.look_at_dashboard(client, live.address, invited.codes[3])
    with visits.locked(database):
        assert client.post(address, data=sheet).status_code == 503


@pytest.mark.one_file
@pytest.mark.parametrize("way", WAYS)
def test_no_code_address_or_answer_in_any_log(way: str, house: House, tmp_path: Path) -> None:
    invited = visits.set_up(house)
    with running(house.settings, tmp_path, WAYS[way]) as live:
        secrets = a_day(live, house, invited)
        live.stop()
        said = live.said()
    assert [found for found in secrets if found in said] == []
    assert NEVER.findall(said) == []
    assert '"request.failed"' in said  # what broke was noted, without what was asked for


@pytest.mark.one_file
def test_the_control_a_log_without_the_guard_tells_it_all(house: House, tmp_path: Path) -> None:
    invited = visits.set_up(house)
    with running(house.settings, tmp_path, UNGUARDED) as live:
        secrets = a_day(live, house, invited)
        live.stop()
        said = live.said()
    assert any(found in said for found in secrets)
    assert visits.PHONE in said
    assert "/pulse/" in said
