"""axe-core finds nothing wrong: staff pages as a whole, dashboard pages as far as they are ours."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.access.roles import Role
from monitor.locale import texts
from tests.browser.conftest import Town
from tests.browser.looking import FRAMEWORK, faults
from tests.browser.visiting import DESK, PHONE, fits, sign_in, visitor

pytestmark = pytest.mark.browser
STAFF = (
    "pulse",
    "results",
    "/pulse",
    "/privacy",
    "/privacy/rekenen",
    "/toegankelijkheid",
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
        "/klaagmuurthemas",
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
    Role.TOEZICHT: ("/", "/verloop", "/vragenlijsten", "/logboek"),
    Role.LUISTERAAR: ("/postvak", "/luisteraar"),
}
SIGNED_IN = ("/mijn-account", "/afmelden", "/bestanden/leden", "/bestanden/organisatie")
"""Staff pages for a beheerder."""
SIZES = {"375": PHONE, "1280": DESK}


def address(town: Town, name: str) -> str:
    return {"pulse": town.filled.pulse, "results": town.filled.results}.get(name, name)


def look_at_staff(
    page: Page, town: Town, language: str, names: tuple[str, ...] = STAFF
) -> list[str]:
    """Every staff page (or those named), and the form answered."""
    found = []
    for name in names:
        page.goto(f"{address(town, name)}?taal={language}")
        found += [f"{name} {fault}" for fault in faults(page)]
        if not fits(page):
            found.append(f"{name} is too wide")
    page.goto(f"{town.filled.pulse}?taal={language}")
    for group in page.locator("fieldset").all():
        group.locator("label").nth(3).click()
    return found + [f"answered {fault}" for fault in faults(page)]


def look_at_dashboard(page: Page, paths: tuple[str, ...], language: str) -> list[str]:
    """Dashboard pages, everything folded open."""
    found = []
    for path in paths:
        page.goto(f"{path}?taal={language}")
        expect(page.locator("h1")).to_be_visible(timeout=30_000)
        page.wait_for_timeout(600)
        for folded in page.locator("[data-testid=stExpander] summary").all():
            folded.click()
        page.wait_for_timeout(300)
        found += [f"{path} {fault}" for fault in faults(page, but=FRAMEWORK)]
        if not fits(page):
            found.append(f"{path} is too wide")
    return found


def test_staff_pages(browser: Browser, town: Town) -> None:
    with visitor(browser, town, PHONE) as page:
        assert look_at_staff(page, town, "nl") == []


def test_staff_pages_in_the_dark(browser: Browser, town: Town) -> None:
    with visitor(browser, town, PHONE) as page:
        page.emulate_media(color_scheme="dark")
        assert look_at_staff(page, town, "en", ("results", "/klaagmuur", "/pulse")) == []


def test_the_overview_and_the_trend(browser: Browser, town: Town) -> None:
    with visitor(browser, town, DESK) as page:
        sign_in(page, town, Role.LEIDINGGEVENDE)
        assert look_at_dashboard(page, ("/", "/verloop"), "nl") == []


@pytest.mark.soak
@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_every_staff_page(browser: Browser, town: Town, language: str, size: str) -> None:
    for scheme in ("light", "dark"):
        with visitor(browser, town, SIZES[size]) as page:
            page.emulate_media(color_scheme=scheme)
            assert look_at_staff(page, town, language) == []


@pytest.mark.soak
@pytest.mark.parametrize(("role", "language", "size"), list(product(PAGES, ("nl", "en"), SIZES)))
def test_every_dashboard_page(
    browser: Browser, town: Town, role: Role, language: str, size: str
) -> None:
    with visitor(browser, town, SIZES[size]) as page:
        sign_in(page, town, role)
        assert look_at_dashboard(page, PAGES[role], language) == []


@pytest.mark.soak
@pytest.mark.parametrize(("language", "size"), list(product(("nl", "en"), SIZES)))
def test_staff_pages_behind_the_sign_in(
    browser: Browser, town: Town, language: str, size: str
) -> None:
    for scheme in ("light", "dark"):
        with visitor(browser, town, SIZES[size]) as page:
            page.emulate_media(color_scheme=scheme)
            sign_in(page, town, Role.BEHEERDER)
            assert look_at_staff(page, town, language, SIGNED_IN) == []


@pytest.mark.soak
def test_a_staff_page_that_says_what_is_wrong(browser: Browser, town: Town) -> None:
    with visitor(browser, town, PHONE) as page:
        page.goto("/klaagmuur/gesprek")
        page.locator("#code").fill("ABCD")
        page.locator("main form button").last.click()
        page.locator("#mend a").click()
        expect(page.locator("#code")).to_be_focused()
        assert faults(page) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_link_past_the_navigation_speaks_the_readers_language(
    browser: Browser, town: Town, language: str
) -> None:
    with visitor(browser, town, DESK, locale=language) as page:
        sign_in(page, town, Role.LEIDINGGEVENDE)
        page.goto("/")
        expect(page.locator("h1")).to_be_visible(timeout=30_000)

        expect(page.get_by_test_id("stSkipToContent")).to_have_accessible_name(
            texts(language)("app.skip")
        )
