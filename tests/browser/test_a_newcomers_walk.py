"""What a newcomer does with the demo: answer on a phone, sign in, see the months."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from monitor.access.roles import Role
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, PHONE, fits, open_page, sign_in


def test_the_pulse_is_answered_on_a_phone_without_scripts(browser: Browser, town: Town) -> None:
    with open_page(browser, town, PHONE, scripts=False) as page:
        page.goto(town.filled.pulse)
        groups = page.locator("fieldset")
        expect(groups).to_have_count(11)
        for number in range(11):
            groups.nth(number).locator("input[value='4']").check()
        page.locator("form#sheet button, form button").last.click()
        expect(page.locator("h1")).to_contain_text(re.compile("dank|bedankt", re.IGNORECASE))
        assert page.context.cookies() == []
        page.goto(town.filled.pulse)
        expect(page.locator("fieldset")).to_have_count(11)  # looking never tells that it was used


def test_staff_pages_fit_a_narrow_phone(browser: Browser, town: Town) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 600})
    page = context.new_page()
    for path in ("/pulse", "/privacy", "/aanmelden", "/pulse/niet-goed"):
        page.goto(town.live.address + path)
        assert fits(page), path
    context.close()


def test_the_team_sees_its_own_figures(browser: Browser, town: Town) -> None:
    with open_page(browser, town, PHONE, scripts=False) as page:
        page.goto(town.filled.results)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("table").first).to_be_visible()


@pytest.mark.parametrize(
    "size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.soak)], ids=["phone", "desktop"]
)
def test_a_leidinggevende_signs_in_and_sees_every_month(
    browser: Browser, town: Town, size: dict[str, int]
) -> None:
    with open_page(browser, town, size) as page:
        sign_in(page, town, Role.LEIDINGGEVENDE)
        expect(page.locator("h1")).to_be_visible(timeout=30_000)
        page.goto("/verloop")
        expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible(timeout=30_000)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        assert fits(page)
        page.reload()
        expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible(timeout=30_000)


def test_signing_out_ends_it(browser: Browser, town: Town) -> None:
    with open_page(browser, town, DESKTOP) as page:
        sign_in(page, town, Role.TOEZICHT)
        expect(page.locator("h1")).to_be_visible(timeout=30_000)
        page.goto("/afmelden")
        page.locator("form button").last.click()
        page.goto("/")
        expect(page.locator("#wachtzin")).to_be_visible()
