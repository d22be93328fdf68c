"""A leidinggevende at the dashboard: with the keyboard, with a session that ends, in Dutch."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from monitor.access.roles import Role
from monitor.locale import texts
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, open_page, open_signed_in

T = texts("nl")
TIMEOUT = 30_000
ENGLISH = re.compile(
    r"\b(the|and|with|your|loading|running|please|error|select|choose|options?|results?)\b", re.I
)


RING = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


FIELD_RING = """() => {
    const box = document.activeElement.closest('[data-testid=stTextAreaRootElement]');
    return box && getComputedStyle(box).outlineStyle === 'solid';
}"""
"""Around the words in a field, where it was once drawn, the framework cuts it off."""


def opened(page: Page, title: str) -> None:
    expect(page.locator(".crumb, h1").first).to_have_text(T(title), timeout=TIMEOUT)


def focused(page: Page) -> str:
    """The text of the element that has the focus, if it is a link, button or summary."""
    return str(
        page.evaluate(
            "(e => ['A', 'BUTTON', 'SUMMARY'].includes(e.tagName) ? e.innerText : '')"
            "(document.activeElement)"
        )
    )


def walk_to(page: Page, words: str, most: int = 30) -> None:
    """Press Tab until the element with these words has a visible focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in focused(page):
            # The framework draws the ring in a transition: on a busy machine not at once.
            page.wait_for_function(RING, timeout=TIMEOUT)
            return
    raise AssertionError(f"the keyboard does not reach {words}")


def test_overview_trend_questions_and_out_with_the_keyboard_alone(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE)
        opened(page, "page.overview")
        expect(page.locator("h2").first).to_be_visible(timeout=TIMEOUT)
        for title, mark in (("page.trend", "stVegaLiteChart"), ("page.questions", "stHtml")):
            walk_to(page, T(title))
            page.keyboard.press("Enter")
            opened(page, title)
            expect(page.locator(f"[data-testid={mark}]").first).to_be_visible(timeout=TIMEOUT)
        walk_to(page, T("glossary.title"), 60)
        page.keyboard.press("Enter")
        expect(page.get_by_text(T("glossary.signal"))).to_be_visible()
        walk_to(page, T("app.sign_out"), 60)
        page.keyboard.press("Enter")
        page.wait_for_url("**/afmelden")
        page.locator("main form button").click()
        page.goto("/verloop")
        expect(page.locator("#wachtzin")).to_be_visible()


def test_a_session_that_ends_in_mid_form_saves_nothing_and_says_so(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE, "/team")
        opened(page, "page.team")
        page.locator("textarea").fill("Dit hoort nergens te staan.")
        page.wait_for_function(FIELD_RING, timeout=TIMEOUT)
        other = page.context.new_page()
        other.goto("/afmelden")
        other.locator("main form button").click()
        page.get_by_role("button", name=T("team.reply.save"), exact=True).click()
        opened(page, "signed_out.title")
        expect(page.get_by_text("Dit hoort nergens te staan.")).to_have_count(0)


def test_after_a_lost_connection_the_page_goes_on(browser: Browser, town: Town) -> None:
    context = browser.new_context(base_url=town.live.address, locale="nl-NL", viewport=DESKTOP)  # type: ignore[arg-type]
    page = context.new_page()
    open_signed_in(page, town, Role.LEIDINGGEVENDE)
    opened(page, "page.overview")
    context.set_offline(True)
    page.wait_for_timeout(1000)
    context.set_offline(False)
    page.get_by_role("link", name=T("page.questions")).click()
    opened(page, "page.questions")
    context.close()


def test_no_english_under_dutch(browser: Browser, town: Town) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE)
        for path, title in (("/", "page.overview"), ("/verloop", "page.trend")):
            if path != "/":
                page.goto(path)
            opened(page, title)
            expect(page.get_by_test_id("stSkipToContent")).to_have_accessible_name(T("app.skip"))
            expect(page.get_by_text(T("glossary.title"))).to_be_visible(timeout=TIMEOUT)
            for folded in page.locator("[data-testid=stExpander] summary").all():
                folded.click()
            expect(page.locator("html")).to_have_attribute("lang", "nl")
            assert ENGLISH.findall(page.locator("body").inner_text()) == []


def test_the_browsers_language_is_the_dashboards_until_another_is_chosen(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, town, DESKTOP, locale="en-GB") as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE)
        english = texts("en")
        expect(page.locator(".crumb, h1").first).to_have_text(
            english("page.overview"), timeout=TIMEOUT
        )
        skip = page.get_by_test_id("stSkipToContent")
        expect(skip).to_have_accessible_name(english("app.skip"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
