"""The dashboard's style rules: where a page begins, how long a line is, what is printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from monitor.access.roles import Role
from monitor.locale import texts
from tests.browser.conftest import Town
from tests.browser.pages import PHONE, fits, open_page, open_signed_in

T = texts("nl")
TIMEOUT = 30_000
WIDE = {"width": 1920, "height": 1000}
LONGEST_LINE = 85
"""Characters; some eighty on average, and narrow letters make it more."""
LINES = """
    [...document.querySelectorAll("[data-testid=stMain] p")].flatMap(paragraph => {
        const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        const range = document.createRange(), lines = new Map();
        for (let node; node = walker.nextNode();)
            for (const word of node.data.matchAll(/\\S+\\s*/g)) {
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].trimEnd().length);
                const top = Math.round(range.getBoundingClientRect().top / 8);
                lines.set(top, (lines.get(top) ?? "") + word[0]);
            }
        return [...lines.values()];
    })
"""
"""The lines of the running text of a page, as they are broken on the screen."""
ON_ACCENT = "rgb(16, 32, 31)"
"""The dark scheme's colour of what stands on its accent."""


@pytest.fixture(scope="module")
def page(browser: Browser, town: Town) -> Iterator[Page]:
    """A page of a leidinggevende, at 1,920 px."""
    with open_page(browser, town, WIDE) as opened:
        open_signed_in(opened, town, Role.LEIDINGGEVENDE, "/afspraken")
        yield opened


def _left_edge(page: Page) -> float:
    box = page.locator("[data-testid=stMain] h1").bounding_box(timeout=TIMEOUT)
    assert box is not None
    return box["x"]


def _of_one_team(page: Page) -> None:
    """Open the first page, of a team in which nothing is under way."""
    if page.locator(".moved").count() == 0:
        page.goto("/?onderdeel=bijstand-zuid")
    expect(page.locator(".moved")).to_be_visible(timeout=TIMEOUT)


def _table(page: Page) -> Locator:
    """Open the months of each theme as tables."""
    fold = page.locator("[data-testid=stExpander]", has_text=T("table.behind"))
    if fold.count() == 0:
        page.goto("/verloop")
        fold.locator("summary").click(timeout=TIMEOUT)
    table = fold.locator("table").first
    expect(table).to_be_visible(timeout=TIMEOUT)
    return table


def test_every_page_begins_at_the_same_place_and_a_choice_is_not_as_wide_as_it(
    page: Page,
) -> None:
    choice = page.locator("[data-testid=stMain] [data-testid=stSelectbox]").first.bounding_box(
        timeout=TIMEOUT
    )
    narrow = _left_edge(page)
    _of_one_team(page)

    assert abs(_left_edge(page) - narrow) < 1
    assert choice is not None
    assert choice["width"] < 550


def test_with_nothing_under_way_the_next_step_is_no_higher_than_the_cards(page: Page) -> None:
    _of_one_team(page)
    expect(page.locator(".st-key-next .also")).to_have_count(0)
    step, cards, moved = (
        page.locator(part).bounding_box() for part in (".st-key-next", ".cards", ".moved")
    )

    assert step
    assert cards
    assert moved
    assert abs(step["height"] - cards["height"]) < 2
    assert moved["y"] >= step["y"] + step["height"]


def test_no_line_of_running_text_is_too_long_to_follow(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".st-key-teams")).to_be_visible(timeout=TIMEOUT)
    expect(page.get_by_text(T("signals.above"))).to_be_visible(timeout=TIMEOUT)

    lines = page.evaluate(LINES)

    assert any(len(line) > LONGEST_LINE / 2 for line in lines)
    assert [line for line in lines if len(line) > LONGEST_LINE] == []


def test_on_paper_is_what_was_opened_and_nothing_to_click(page: Page) -> None:
    table = _table(page)
    closed = page.locator("[data-testid=stExpander]:has(> details:not([open]))")
    clickable = page.locator(
        "[data-testid=stSidebar], [data-testid=stHeader], [data-testid=stMain] button"
    )
    assert any(each.is_visible() for each in clickable.all())
    expect(closed.first).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    expect(table).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible()
    assert [each for each in (*clickable.all(), *closed.all()) if each.is_visible()] == []
    page.emulate_media(media="screen")


def test_a_table_on_a_phone_fits_the_width_of_the_page(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    _table(page)
    tables = page.locator("[data-testid=stExpander] table")

    assert fits(page)
    for box in (table.bounding_box() for table in tables.all()):
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_tick_and_the_dot_of_a_choice_can_be_seen_in_the_dark(page: Page) -> None:
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark")
    page.goto("/gesprek")
    dot = page.locator("[data-testid=stRadioOption][data-selected] > div > div:first-child > div")
    expect(dot.first).to_be_visible(timeout=TIMEOUT)
    page.locator("[data-testid=stCheckbox] label").first.click()
    tick = page.locator("[data-testid=stCheckbox] [data-selected] svg").first
    expect(tick).to_be_visible(timeout=TIMEOUT)

    expect(tick).to_have_css("stroke", ON_ACCENT)
    expect(dot.first).to_have_css("background-color", ON_ACCENT)
