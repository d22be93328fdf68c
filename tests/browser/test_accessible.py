"""axe-core finds no violation on plain pages, nor in our own parts of dashboard pages."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.access.roles import Role
from tests.browser.accessibility import FRAMEWORK, faults
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, PHONE, fits, open_page, open_signed_in, sign_in

STAFF = (
    "pulse",
    "results",
    "/pulse",
    "/privacy",
    "/privacy/rekenen",
    "/toegankelijkheid",
    "/methoden",
    "/methoden/praktijkdialoog",
    "/dilemmas",
    "/kaarten/collega_aanspreken",
    "/klaagmuur",
    "/klaagmuur/gesprek",
    "/aanmelden",
    "/pulse/niet-goed",
    "/resultaten/x",
)
PAGES = {
    Role.LEIDINGGEVENDE: (
        "/",
        "/verloop",
        "/vragen",
        "/onderdelen",
        "/rekenen",
        "/team",
    ),
    Role.BEHEERDER: (
        "/rondes",
        "/inrichten",
        "/organisatie",
        "/leden",
        "/accounts",
        "/instellingen",
        "/hulplijnen",
        "/gezondheid",
    ),
    Role.TOEZICHT: (
        "/",
        "/verloop",
        "/klaagmuurthemas",
        "/vragenlijsten",
        "/logboek",
        "/toezicht",
    ),
    Role.LUISTERAAR: ("/postvak", "/themastellen", "/luisteraar"),
}
SIGNED_IN = ("/mijn-account", "/afmelden", "/bestanden/leden", "/bestanden/organisatie")
"""Plain pages for a beheerder."""
SIZES = {"375": PHONE, "1280": DESKTOP}


def address(town: Town, name: str) -> str:
    return {"pulse": town.filled.pulse, "results": town.filled.results}.get(name, name)


def check_plain_pages(
    page: Page, town: Town, language: str, names: tuple[str, ...] = STAFF
) -> list[str]:
    """The problems of plain pages, and of the pulse filled in."""
    problems = []
    for name in names:
        page.goto(f"{address(town, name)}?taal={language}")
        problems += [f"{name} {fault}" for fault in faults(page)]
        if not fits(page):
            problems.append(f"{name} is too wide")
    page.goto(f"{town.filled.pulse}?taal={language}")
    for group in page.locator("fieldset").all():
        group.locator("label").nth(3).click()
    return problems + [f"answered {fault}" for fault in faults(page)]


def check_dashboard(page: Page, paths: tuple[str, ...], language: str) -> list[str]:
    """The problems of dashboard pages with everything unfolded."""
    problems = []
    for path in paths:
        page.goto(f"{path}?taal={language}")
        expect(page.locator("h1")).to_be_visible(timeout=30_000)
        page.wait_for_timeout(600)
        for folded in page.locator("[data-testid=stExpander] summary").all():
            folded.click()
        page.wait_for_timeout(300)
        problems += [f"{path} {fault}" for fault in faults(page, ignoring=FRAMEWORK)]
        if not fits(page):
            problems.append(f"{path} is too wide")
    return problems


def test_staff_pages(browser: Browser, town: Town) -> None:
    with open_page(browser, town, PHONE) as page:
        assert check_plain_pages(page, town, "nl") == []


def test_staff_pages_in_the_dark(browser: Browser, town: Town) -> None:
    with open_page(browser, town, PHONE) as page:
        page.emulate_media(color_scheme="dark")
        assert check_plain_pages(page, town, "en", ("results", "/klaagmuur", "/pulse")) == []


def test_the_overview_and_the_trend(browser: Browser, town: Town) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE, "/methoden")
        assert check_dashboard(page, ("/", "/verloop"), "nl") == []


@pytest.mark.soak
@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_every_staff_page(browser: Browser, town: Town, language: str, size: str) -> None:
    for scheme in ("light", "dark"):
        with open_page(browser, town, SIZES[size]) as page:
            page.emulate_media(color_scheme=scheme)
            assert check_plain_pages(page, town, language) == []


@pytest.mark.soak
@pytest.mark.parametrize(("role", "language", "size"), list(product(PAGES, ("nl", "en"), SIZES)))
def test_every_dashboard_page(
    browser: Browser, town: Town, role: Role, language: str, size: str
) -> None:
    with open_page(browser, town, SIZES[size]) as page:
        sign_in(page, town, role)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert check_dashboard(page, PAGES[role], language) == []


@pytest.mark.soak
@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_staff_pages_behind_the_sign_in(
    browser: Browser, town: Town, language: str, size: str
) -> None:
    for scheme in ("light", "dark"):
        with open_page(browser, town, SIZES[size]) as page:
            page.emulate_media(color_scheme=scheme)
            sign_in(page, town, Role.BEHEERDER)
            assert check_plain_pages(page, town, language, SIGNED_IN) == []


@pytest.mark.soak
def test_a_staff_page_that_says_what_is_wrong(browser: Browser, town: Town) -> None:
    with open_page(browser, town, PHONE) as page:
        page.goto("/klaagmuur/gesprek")
        page.locator("#code").fill("ABCD")
        page.locator("main form button").last.click()
        page.locator("#mend a").click()
        expect(page.locator("#code")).to_be_focused()
        assert faults(page) == []
