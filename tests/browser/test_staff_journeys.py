"""A colleague answers the pulse, in the usual way and with everything that happens on a phone."""

from __future__ import annotations

import re
import shutil
import subprocess

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.locale import texts
from tests import needs
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, PHONE, open_page

T = texts("nl")
THANKS, SPENT = T("pulse.thanks.title"), T("message.code_spent.title")


def answer(page: Page, value: int = 4) -> None:
    """Choose the same answer to every question, by its label instead of the radio button."""
    for group in page.locator("fieldset").all():
        group.locator("label").nth(value - 1).click()


def send(page: Page) -> None:
    page.get_by_role("button", name=T("pulse.send"), exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_link_to_thanks(browser: Browser, town: Town, scripts: bool) -> None:
    with open_page(browser, town, PHONE, scripts=scripts) as page:
        page.goto(town.spare.pop())
        answer(page)
        send(page)
        expect(page.locator("h1")).to_have_text(THANKS)
        assert page.context.cookies() == []


def test_a_typed_code_with_a_slip_is_mended_and_leads_to_the_pulse(
    browser: Browser, town: Town
) -> None:
    path = town.spare.pop()
    code = path.removeprefix("/pulse/")
    with open_page(browser, town, PHONE, scripts=False) as page:
        page.goto("/pulse")
        page.locator("#code").fill(code[:-1])
        page.locator("main button").click()
        page.locator("[role=alert] a").click()
        assert page.url.endswith("#code")
        assert page.locator("#code").input_value() == code[:-1]
        page.locator("#code").fill(code.lower())
        page.locator("main button").click()
        answer(page, 2)
        send(page)
        expect(page.locator("h1")).to_have_text(THANKS)


def test_back_and_again_is_told_kindly_and_counts_once(browser: Browser, town: Town) -> None:
    with open_page(browser, town, PHONE) as page:
        page.goto(town.spare.pop())
        answer(page)
        send(page)
        expect(page.locator("h1")).to_have_text(THANKS)
        page.go_back()
        expect(page.locator("fieldset")).to_have_count(11)
    with open_page(browser, town, PHONE, scripts=False) as page:
        page.goto(town.spare[-1])
        page.reload()
        expect(page.locator("fieldset")).to_have_count(11)


def test_a_double_click_and_a_second_tab_count_once(browser: Browser, town: Town) -> None:
    path = town.spare.pop()
    context = browser.new_context(base_url=town.live.address, locale="nl-NL")
    first, second = context.new_page(), context.new_page()
    for tab in (first, second):
        tab.goto(path)
        answer(tab)
    first.get_by_role("button", name=T("pulse.send"), exact=True).dblclick()
    # The browser shows the answer to the second click; both sentences say that it is in.
    expect(first.locator("h1")).to_have_text(re.compile(f"{THANKS}|{SPENT}"))
    send(second)
    expect(second.locator("h1")).to_have_text(SPENT)
    context.close()


def test_a_lost_connection_loses_no_answers(browser: Browser, town: Town) -> None:
    context = browser.new_context(base_url=town.live.address, locale="nl-NL")
    page = context.new_page()
    page.goto(town.spare.pop())
    answer(page, 5)
    context.set_offline(True)
    send(page)
    page.wait_for_url("chrome-error://**")
    context.set_offline(False)
    page.reload()  # the browser sends once more what it could not send
    expect(page.locator("h1")).to_have_text(THANKS)
    context.close()


def test_a_session_that_ended_meanwhile_is_said_and_nothing_is_sent(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, town, PHONE, scripts=False) as page:
        page.goto("/aanmelden")
        page.context.clear_cookies()  # what the form was tied to is gone
        page.locator("#email").fill("leidinggevende@waterrijk.example")
        page.locator("#wachtzin").fill("is dit het misschien")
        page.locator("main form button").click()
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "nl")


def test_the_pulse_can_be_answered_in_a_text_browser(town: Town) -> None:
    w3m = shutil.which("w3m")
    if w3m is None:
        needs.lacking("w3m, a text browser, is not installed on this machine")
    path = town.spare.pop()
    shown = _in_text(w3m, town.live.address + path)
    for word in (T("pulse.send"), T("pulse.no_answer"), "Mee eens", "1."):
        assert word in " ".join(shown.split())
    keys = "&".join(f"{name}=4" for name in _questions(town, path))
    sent = _in_text(w3m, "-post", "-", town.live.address + path, typed=keys)
    assert THANKS in sent
    assert T("pulse.thanks.in")[:20] in " ".join(sent.split())


def _in_text(w3m: str, *arguments: str, typed: str = "") -> str:
    done = subprocess.run(
        [w3m, "-dump", "-cols", "80", "-o", "accept_language=nl", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout


def _questions(town: Town, path: str) -> list[str]:
    page = httpx.get(town.live.address + path).text
    return list(dict.fromkeys(re.findall(r'type="radio" name="([a-z_]+)"', page)))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_browser_chooses_the_language_and_the_address_overrules_it(
    browser: Browser, town: Town, language: str
) -> None:
    other = "en" if language == "nl" else "nl"
    with open_page(browser, town, DESKTOP, scripts=False, locale=language) as page:
        page.goto("/privacy")
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.goto(f"/privacy?taal={other}")
        expect(page.locator("html")).to_have_attribute("lang", other)
