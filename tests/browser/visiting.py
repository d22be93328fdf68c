"""Somebody with a browser of their own, at one of the sizes people have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page

from monitor.access.roles import Role
from tests.browser.conftest import Town

PHONE = {"width": 375, "height": 740}
DESK = {"width": 1280, "height": 900}


@contextmanager
def visitor(
    browser: Browser,
    town: Town,
    size: dict[str, int],
    *,
    scripts: bool = True,
    locale: str = "nl-NL",
) -> Iterator[Page]:
    """A page of somebody's own; it must ask nothing of other hosts and break no policy."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        base_url=town.live.address,
        locale=locale,
    )
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda told: _heard(told, complaints))
    yield page
    context.close()
    ours = (town.live.address, town.live.address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert complaints == []


def _heard(told: ConsoleMessage, complaints: list[str]) -> None:
    url = str(told.location.get("url", ""))
    # On a page of its own address Streamlit first looks for its server beneath that address.
    # That a page answered 404 or 409, or 503 where nobody reads, is meant, and is no complaint.
    refused = re.match(r"Failed to load resource: .* status of (4|503)", told.text)
    if (
        told.type == "error"
        and not refused
        and not re.search(r"/\w+/_stcore/(health|host-config)$", url)
    ):
        complaints.append(f"{told.text} {url}")


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def sign_in(page: Page, town: Town, role: Role) -> None:
    """Through the form, as the demo prints it."""
    given = next(
        (one for one in town.filled.accounts if one.role is role),
        town.filled.listening,
    )
    page.goto("/")
    page.locator("#email").fill(given.email)
    page.locator("#wachtzin").fill(given.password)
    page.locator("form button[type=submit], form button:not([type])").first.click()
