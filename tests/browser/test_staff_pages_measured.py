"""Measurements of plain pages: one request, no sideways scrolling, large touch targets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request

from monitor.config.design import DESIGN
from tests.browser.conftest import Town

HEAVIEST = 15_000
"""The most bytes of a page, all resources included."""
SMALLEST_PHONE = {"width": 320, "height": 568}
HEIGHTS = "all => all.map(target => [target.innerText, target.getBoundingClientRect().height])"
UNFOLD = "all => all.forEach(folded => folded.click())"


@pytest.fixture(scope="module")
def phone(browser: Browser, town: Town) -> Iterator[Page]:
    """A page on the smallest phone still in use, without scripts."""
    with _phone(browser, town) as page:
        yield page


@contextmanager
def _phone(browser: Browser, town: Town) -> Iterator[Page]:
    context = browser.new_context(
        viewport=SMALLEST_PHONE,  # type: ignore[arg-type]
        java_script_enabled=False,
        base_url=town.live.address,
        locale="nl-NL",
    )
    yield context.new_page()
    context.close()


def addresses(town: Town) -> tuple[str, ...]:
    return (
        town.filled.pulse,
        town.filled.results,
        "/pulse",
        "/privacy",
        "/aanmelden",
        "/resultaten/x",
    )


def test_each_page_is_one_request_that_fits(phone: Page, town: Town) -> None:
    requests: list[str] = []

    def note(request: Request) -> None:
        requests.append(request.url)

    phone.on("request", note)
    for address in addresses(town):
        requests.clear()
        phone.goto(address)
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert (address, len(requests), width) == (address, 1, SMALLEST_PHONE["width"])
    phone.remove_listener("request", note)


def test_a_question_and_its_whole_scale_are_in_sight_together(phone: Page, town: Town) -> None:
    phone.goto(town.filled.pulse)
    boxes = [group.bounding_box() for group in phone.locator("fieldset").all()]

    assert len(boxes) == 11
    assert all(box and box["height"] <= SMALLEST_PHONE["height"] for box in boxes)


def test_everything_to_be_hit_is_large_enough(phone: Page, town: Town) -> None:
    for address in (*addresses(town), "/klaagmuur"):
        phone.goto(address)
        targets = phone.locator("fieldset label, button, .button, summary, footer a, .exit-bar a")
        heights = targets.filter(visible=True).evaluate_all(HEIGHTS)
        assert heights, address
        for text, height in heights:
            assert height >= DESIGN.space.target_px - 0.5, text


def test_the_form_can_be_filled_in_from_the_keyboard(phone: Page, town: Town) -> None:
    phone.goto(town.filled.pulse)
    first = phone.locator("fieldset").first
    first.locator("input:checked").focus()
    phone.keyboard.press("ArrowUp")

    assert first.locator("input:checked").get_attribute("value") == "5"
    label = first.locator("label:has(:checked)")
    assert label.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    phone.keyboard.press("Tab")
    second = phone.locator("fieldset").nth(1)
    assert second.locator("input:focus").count() == 1


def test_enter_sends_what_was_filled_in_and_never_leaves_it_blank(phone: Page, town: Town) -> None:
    phone.goto(town.filled.pulse)
    phone.locator("button", has_text="Versturen").click()
    assert "Toch leeg versturen?" in phone.locator("[role=alert]").inner_text()
    forms = phone.locator("form")

    assert forms.count() == 2
    assert forms.last.locator("button").count() == 1
    assert forms.first.locator("input").count() == 0


def test_each_page_weighs_little(browser: Browser, town: Town) -> None:
    with _phone(browser, town) as phone:  # another one: nothing has been loaded before
        for address in (*addresses(town), "/klaagmuur", "/klaagmuur/gesprek", "/toegankelijkheid"):
            answer = phone.goto(address)
            assert answer is not None
            on_the_wire = answer.request.sizes()["responseBodySize"]
            assert (address, on_the_wire <= HEAVIEST) == (address, True)
        unfolded = phone.goto(town.filled.pulse)
        assert unfolded is not None
        assert len(unfolded.body()) <= HEAVIEST  # also where nothing on the way compresses


def test_zoomed_in_twice_nothing_sticks_out(browser: Browser, town: Town) -> None:
    context = browser.new_context(base_url=town.live.address, locale="nl-NL")
    page = context.new_page()
    for address in (*addresses(town), "/klaagmuur"):
        page.goto(address)
        page.locator("summary").evaluate_all(UNFOLD)
        for width in (160, 187):
            page.set_viewport_size({"width": width, "height": 400})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    context.close()


def test_printed_the_form_is_whole_and_black_on_white(phone: Page, town: Town) -> None:
    phone.goto(town.filled.pulse)
    phone.emulate_media(media="print")
    assert phone.locator("fieldset").first.is_visible()
    assert not phone.locator("footer").is_visible()
    assert phone.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    phone.emulate_media(media="screen")
