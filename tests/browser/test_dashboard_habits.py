"""What people do with any page: refresh it, go back, open it twice, click twice."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from monitor.access.roles import Role
from monitor.locale import texts
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, PHONE, open_page, open_signed_in

T = texts("nl")
TIMEOUT = 30_000
LAYOUT_SHIFT = """
    window.shifted = 0;
    new PerformanceObserver(list => list.getEntries().forEach(
        entry => { window.shifted += entry.value }
    )).observe({type: "layout-shift", buffered: true});
"""
LINE = "We beginnen de week voortaan een half uur later."


def opened(page: Page, title: str) -> None:
    expect(page.locator(".crumb, h1").first).to_have_text(T(title), timeout=TIMEOUT)


def follow(page: Page, title: str) -> None:
    """Go to a page by its link in the menu."""
    page.get_by_role("link", name=T(title), exact=True).click()
    opened(page, title)


def choose_another(page: Page, label: str) -> str:
    """Choose the last option of a list; return its text."""
    box = page.get_by_role("combobox", name=T(label))
    before = chosen(page, label)
    box.click()
    page.get_by_role("option").last.click()
    expect(box).not_to_have_value(before)
    return chosen(page, label)


def chosen(page: Page, label: str) -> str:
    box = page.get_by_role("combobox", name=T(label))
    expect(box).to_be_visible(timeout=TIMEOUT)
    return str(box.input_value())


def unit_in(url: str) -> str:
    """The unit that the address names."""
    return parse_qs(urlsplit(url).query)["onderdeel"][0]


def test_a_refresh_keeps_the_page_and_what_was_chosen(browser: Browser, town: Town) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE, "/verloop")
        opened(page, "page.trend")
        page.wait_for_url("**onderdeel=*")
        first = page.url
        unit = choose_another(page, "choice.unit")
        # The month may be added to the address meanwhile: that is not the choice.
        page.wait_for_url(lambda url: unit_in(url) != unit_in(first))
        there = page.url

        page.reload()

        opened(page, "page.trend")
        assert chosen(page, "choice.unit") == unit
        assert page.url == there


def test_the_menu_folds_away_where_it_covers_the_page(browser: Browser, town: Town) -> None:
    with open_page(browser, town, PHONE) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE)
        page.get_by_test_id("stExpandSidebarButton").click()
        link = page.get_by_role("link", name=T("page.trend"), exact=True)
        expect(link).to_be_in_viewport(timeout=TIMEOUT)

        link.click()

        page.wait_for_url("**/verloop?*")
        expect(link).not_to_be_in_viewport(timeout=TIMEOUT)


def test_nothing_jumps_while_the_first_page_loads(browser: Browser, town: Town) -> None:
    """By the browser's own measure of layout shift, of which up to 0.1 is called good."""
    with open_page(browser, town, DESKTOP) as page:
        page.add_init_script(LAYOUT_SHIFT)
        open_signed_in(page, town, Role.LEIDINGGEVENDE)
        expect(page.locator("article.theme").nth(2)).to_be_visible(timeout=TIMEOUT)
        expect(page.get_by_test_id("stExpander").last).to_be_visible(timeout=TIMEOUT)

        assert page.evaluate("shifted") < 0.1


def test_the_menu_stays_beside_a_wide_page_and_the_back_button_leads_back_and_forward_again(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE)
        opened(page, "page.overview")
        follow(page, "page.trend")
        link = page.get_by_role("link", name=T("page.questions"), exact=True)
        expect(link).to_be_in_viewport(timeout=TIMEOUT)
        follow(page, "page.questions")

        for title in ("page.trend", "page.overview"):
            page.go_back()
            opened(page, title)
        page.go_forward()

        opened(page, "page.trend")


def test_signing_out_in_one_tab_ends_the_other(browser: Browser, town: Town) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE)
        opened(page, "page.overview")
        other = page.context.new_page()
        other.goto("/afmelden")
        other.locator("main form button").click()
        expect(other.locator("#wachtzin")).to_be_visible()

        page.get_by_role("link", name=T("page.trend"), exact=True).click()

        opened(page, "signed_out.title")
        expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(0)


def test_a_line_to_the_team_sent_twice_stands_there_once(browser: Browser, town: Town) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE, "/team")
        opened(page, "page.team")
        page.locator("textarea").fill(LINE)
        save = page.get_by_role("button", name=T("team.reply.save"), exact=True)
        _can_be_read_in_the_dark(page, save)

        save.dblclick()

        expect(page.get_by_text(T("team.reply.saved"))).to_have_count(1, timeout=TIMEOUT)
        address = page.locator("[data-testid=stCode] code").inner_text()
        page.goto(urlsplit(address).path)
        expect(page.get_by_text(LINE)).to_have_count(1)


def _can_be_read_in_the_dark(page: Page, button: Locator) -> None:
    """The framework writes white on the accent, which is pale there."""
    page.emulate_media(color_scheme="dark")
    expect(button.locator("p")).to_have_css("color", "rgb(16, 32, 31)", timeout=TIMEOUT)
    page.emulate_media(color_scheme="light")
    expect(button.locator("p")).to_have_css("color", "rgb(255, 255, 255)", timeout=TIMEOUT)
