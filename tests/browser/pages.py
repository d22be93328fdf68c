"""Pages in a browser context of their own, on a phone or a desktop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy import select

from monitor import clock
from monitor.access import sessions
from monitor.access.roles import Role
from monitor.context import build_context
from monitor.demo.fill import SignIn
from monitor.demo.vents import Listening
from monitor.store.engine import writing
from monitor.store.tables import account
from tests.browser.conftest import Town

PHONE = {"width": 375, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@contextmanager
def open_page(
    browser: Browser,
    town: Town,
    size: dict[str, int],
    *,
    scripts: bool = True,
    locale: str = "nl-NL",
) -> Iterator[Page]:
    """Open a page; at the end it must have called no other host and broken no policy."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        base_url=town.live.address,
        locale=locale,
    )
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: _note_error(message, complaints))
    yield page
    context.close()
    ours = (town.live.address, town.live.address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in requests if not url.startswith(ours)] == []
    assert complaints == []


def _note_error(message: ConsoleMessage, complaints: list[str]) -> None:
    url = str(message.location.get("url", ""))
    # Streamlit first looks for its server beneath the address of the page. Answers with 4xx, and
    # 503 where there is no luisteraar, are intended.
    refused = re.match(r"Failed to load resource: .* status of (4|503)", message.text)
    if (
        message.type == "error"
        and not refused
        and not re.search(r"/\w+/_stcore/(health|host-config)$", url)
    ):
        complaints.append(f"{message.text} {url}")


def fits(page: Page) -> bool:
    """Whether the page does not scroll sideways."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def open_signed_in(page: Page, town: Town, role: Role, path: str = "/") -> None:
    """Open a page of the dashboard in a session that began just now, without the form for it."""
    email = _account(town, role).email
    context = build_context(town.settings)
    with writing(context.engine) as connection:
        query = select(account.c.id).where(account.c.email == email)
        token = sessions.start(connection, connection.execute(query).scalar_one(), clock.now())
    context.engine.dispose()
    page.context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": town.live.address}])
    page.goto(path)


def sign_in(page: Page, town: Town, role: Role) -> None:
    """Sign in through the form, with an account that the demo prints."""
    person = _account(town, role)
    page.goto("/")
    page.locator("#email").fill(person.email)
    page.locator("#wachtzin").fill(person.password)
    page.locator("form button[type=submit], form button:not([type])").first.click()


def _account(town: Town, role: Role) -> SignIn | Listening:
    """The account that the demo prints for this role."""
    by_role = {each.role: each for each in town.filled.accounts}
    return by_role.get(role, town.filled.listening)
