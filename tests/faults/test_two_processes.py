"""Two processes on one PostgreSQL behind the proxy we ship; one of them is killed."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from monitor.config.settings import Settings
from monitor.context import build_context
from monitor.pulse.invitations import codes
from monitor.web.http.safe_headers import BARE_POLICY, safe_headers
from tests.faults.clients import CLIENTS, check_every_answer_counts_once, respondents
from tests.faults.conftest import Town
from tests.fork_server import ForkedServer, ForkServer
from tests.postgres import Cluster
from tests.proxy import Proxy, proxy
from tests.stores import POSTGRESQL, settings_in

pytestmark = pytest.mark.postgresql
COOKIES = ("teamklimaat_session", "__Host-teamklimaat_session")


@dataclass(frozen=True)
class Proxied:
    """Two servers and the proxy in front of them."""

    proxy: Proxy
    servers: tuple[ForkedServer, ForkedServer]

    def browser(self) -> httpx.Client:
        """Somebody on the outside."""
        return httpx.Client(base_url=self.proxy.address, verify=self.proxy.tls, timeout=60)


@pytest.fixture
def store() -> str:
    """The kind of database."""
    return POSTGRESQL


@pytest.fixture
def proxied(town: Town, forks: ForkServer, tmp_path: Path) -> Iterator[Proxied]:
    """Two servers that serve the town, and the proxy."""
    with _serving(town.context.settings, forks, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def lasting(
    postgresql: Cluster, forks: ForkServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """Two servers of an empty store and the proxy, for all tests that leave them as they are."""
    folder = tmp_path_factory.mktemp("lasting")
    with postgresql.database() as url:
        settings = settings_in(folder, url)
        build_context(settings).engine.dispose()
        with _serving(settings, forks, folder) as running:
            yield running


@contextmanager
def _serving(settings: Settings, forks: ForkServer, folder: Path) -> Iterator[Proxied]:
    with ExitStack() as stack:
        servers = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            servers.append(stack.enter_context(forks.running(settings, folder / name)))
        first, second = servers
        in_front = proxy(folder, (first.port, second.port))
        yield Proxied(stack.enter_context(in_front), (first, second))


def test_one_of_two_is_killed_and_no_acknowledged_answer_is_lost(
    town: Town, proxied: Proxied, now: datetime
) -> None:
    people = respondents(proxied.proxy.port, town)
    people.tls = proxied.proxy.tls
    people.start()
    while len(people.statuses) < len(town.codes) // 4:
        time.sleep(0.01)
    proxied.servers[0].kill()
    people.wait()

    failed = [status for status in people.statuses.values() if status != 200]
    assert people.lost == 0
    assert set(failed) <= {503}
    assert len(failed) < 4 * CLIENTS
    assert all(b"Even geduld" in page for page in people.pages)
    assert len(people.acknowledged) > len(town.codes) * 3 // 4
    _nothing_was_written_down(town, proxied)
    check_every_answer_counts_once(town, people.acknowledged, now)


def _nothing_was_written_down(town: Town, proxied: Proxied) -> None:
    written = proxied.proxy.written()
    assert "/pulse" not in written
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", written)
    assert not any(code in written or codes.show(code) in written for code in town.codes)


def test_the_proxy_keeps_a_client_with_one_process_and_shows_no_counters(
    lasting: Proxied,
) -> None:
    with lasting.browser() as street:

        def answered_by(cookie: str) -> str:
            return street.get("/", headers={"cookie": cookie}).headers["x-answered-by"]

        for name in COOKIES:
            servers = {
                number: {answered_by(f"taal=nl; {name}=session-{number}") for _ in range(4)}
                for number in range(12)
            }
            assert all(len(by) == 1 for by in servers.values())
            assert len(set.union(*servers.values())) == 2
        for path in ("/metrics", "/Metrics", "/metrics/", "/readyz"):
            assert street.get(path).status_code == 404
        assert street.get("/healthz").status_code == 200


def test_without_tls_there_is_only_the_way_to_tls_and_the_sign_of_life(lasting: Proxied) -> None:
    plain = f"http://localhost:{lasting.proxy.plain_port}"

    for path in ("/pulse/ABCDE", "/", "/aanmelden?naar=/team"):
        answer = httpx.get(plain + path)
        assert answer.status_code == 308
        assert answer.headers["location"] == f"https://localhost{path}"
    assert httpx.post(f"{plain}/klaagmuur", data={"text": "x"}).status_code == 308
    assert httpx.get(f"{plain}/healthz").json()["status"] == "ok"
    with lasting.browser() as street:
        assert "max-age" in street.get("/privacy").headers["strict-transport-security"]


def test_a_text_that_is_far_too_long_comes_back_through_the_proxy(lasting: Proxied) -> None:
    with lasting.browser() as street:
        whole = street.post("/klaagmuur", data={"tekst": "Wat ik kwijt wil. " * 20_000})
        cut = street.post("/klaagmuur", data={"tekst": "Wat ik kwijt wil. " * 380_000})
        refused = street.post("/klaagmuur", data={"tekst": "Wat ik kwijt wil. " * 550_000})

    assert whole.text.count("Wat ik kwijt wil.") == 20_000
    assert cut.text.count("Wat ik kwijt wil.") > 20_000
    assert refused.status_code == 413
    assert "Dit is te veel" in refused.text


def test_errors_of_the_proxy_itself_are_in_our_words_with_our_headers(lasting: Proxied) -> None:
    ours = {name.decode(): value.decode() for name, value in safe_headers(BARE_POLICY)}
    with lasting.browser() as street:
        refused = {
            413: street.post("/klaagmuur", content=bytes(30_000_000)),
            414: street.get("/pulse/" + "a" * 40_000),
            405: street.request("TRACE", "/pulse"),
            404: street.get("/metrics"),
        }

    for status, answer in refused.items():
        assert answer.status_code == status
        assert "nginx" not in answer.text
        assert '<html lang="nl">' in answer.text
        assert '<p lang="en">' in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert ours.items() <= dict(answer.headers).items()
    assert "/pulse" not in lasting.proxy.written()


def test_a_rush_of_sign_ins_is_slowed_down_and_one_of_answers_is_not(lasting: Proxied) -> None:
    signing_in, reading = asyncio.run(
        _rushes(lasting.proxy, ("POST", "/aanmelden"), ("GET", "/privacy"))
    )

    assert signing_in[429] > 50
    assert reading == {200: 300}


async def _rushes(in_front: Proxy, *rushes: tuple[str, str]) -> list[Counter[int]]:
    """The statuses of 300 requests that come at once, for each method and path."""
    return [await _rush(in_front, *rush) for rush in rushes]


async def _rush(in_front: Proxy, method: str, path: str) -> Counter[int]:
    """The connections are made beforehand: then a busy machine too sends all of them at once."""
    place = urlsplit(in_front.address)
    request = f"{method} {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: 0\r\n\r\n"
    streams = []
    for _ in range(10):
        streams += await asyncio.gather(
            *(
                asyncio.open_connection(place.hostname, place.port, ssl=in_front.tls)
                for _ in range(30)
            )
        )
    for _, writer in streams:
        writer.write(request.encode())
    async with asyncio.timeout(60):
        lines = await asyncio.gather(*(reader.readline() for reader, _ in streams))
    for _, writer in streams:
        writer.transport.abort()
    await asyncio.gather(*(writer.wait_closed() for _, writer in streams), return_exceptions=True)
    return Counter(int(line.split()[1]) for line in lines)
