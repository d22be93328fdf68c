"""The dashboard through the proxy we ship: TLS, two processes, and one of them is killed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import build_context
from monitor.locale import texts
from tests.browser.pages import DESKTOP
from tests.fork_server import ForkedServer, ForkServer
from tests.ports import free_port
from tests.proxy import Proxy, proxy
from tests.stores import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.server]
T = texts("nl")
PATIENCE = 60_000
EMAIL, PASSPHRASE = "bea@stad.example", "paarse fiets onder de brug"
PAGES = ("page.organisation", "page.rounds", "page.accounts", "page.preferences", "page.health")


@dataclass(frozen=True)
class Installation:
    """Two processes on one store, and the proxy in front of them."""

    proxy: Proxy
    servers: tuple[ForkedServer, ForkedServer]


@pytest.fixture
def installation(tmp_path: Path, database_url: str, forks: ForkServer) -> Iterator[Installation]:
    """An installation with one beheerder and nothing else in it."""
    port = free_port()
    settings = replace(settings_in(tmp_path, database_url), base_url=f"https://localhost:{port}")
    context = build_context(settings)
    accounts.add_with_password(
        context.engine, EMAIL, Role.BEHEERDER, None, PASSPHRASE, "demo", clock.now()
    )
    context.engine.dispose()
    with ExitStack() as stack:
        servers = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            servers.append(stack.enter_context(forks.running(settings, tmp_path / name)))
        first, second = servers
        in_front = stack.enter_context(proxy(tmp_path, (first.port, second.port), port))
        yield Installation(in_front, (first, second))


def opened(page: Page, title: str) -> None:
    expect(page.locator(".crumb, h1").first).to_have_text(T(title), timeout=PATIENCE)


def test_a_beheerder_signs_in_and_goes_on_after_a_process_is_killed(
    browser: Browser, installation: Installation
) -> None:
    in_front, complaints = installation.proxy, []
    context = browser.new_context(
        base_url=in_front.address, ignore_https_errors=True, locale="nl-NL", viewport=DESKTOP
    )
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto("/aanmelden")
    page.locator("#email").fill(EMAIL)
    page.locator("#wachtzin").fill(PASSPHRASE)
    page.locator("form button[type=submit], form button:not([type])").first.click()
    for title in PAGES[:3]:
        page.get_by_role("link", name=T(title), exact=True).click(timeout=PATIENCE)
        opened(page, title)
    cookies = context.cookies()
    answered = page.goto("/rondes")
    assert answered is not None
    opened(page, "page.rounds")
    serving = answered.headers["x-answered-by"].rpartition(":")[2]
    (killed,) = (server for server in installation.servers if str(server.port) == serving)
    killed.kill()
    for title in PAGES[3:]:
        page.get_by_role("link", name=T(title), exact=True).click(timeout=PATIENCE)
        opened(page, title)
    context.close()

    assert complaints == []
    assert {cookie["name"] for cookie in cookies} >= {
        "__Host-teamklimaat_session",
        "_streamlit_xsrf",
    }
    assert [cookie["name"] for cookie in cookies if not cookie["secure"]] == []
    assert not re.search(r"127\.0\.0\.1|aanmelden|rondes", in_front.written())
