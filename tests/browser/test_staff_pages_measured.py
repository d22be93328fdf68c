"""Measurements of plain pages: one request, no sideways scrolling, large touch targets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from monitor.config.design import DESIGN
from tests.browser.conftest import Town

HEAVIEST = 15_000
"""The most bytes of a page, all resources included."""
SMALLEST_PHONE = {"width": 320, "height": 568}


@pytest.fixture
def phone(browser: Browser, town: Town) -> Iterator[Page]:
    """A page on the smallest phone still in use, without scripts."""
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
    phone.on("request", lambda request: requests.append(request.url))
    for address in addresses(town):
        requests.clear()
        phone.goto(address)
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert (address, len(requests), width) == (address, 1, SMALLEST_PHONE["width"])


def test_a_question_and_its_whole_scale_are_in_sight_together(phone: Page, town: Town) -> None:
    phone.goto(town.filled.pulse)
    boxes = [group.bounding_box() for group in phone.locator("fieldset").all()]

    assert len(boxes) == 11
    assert all(box and box["height"] <= SMALLEST_PHONE["height"] for box in boxes)


def test_everything_to_be_hit_is_large_enough(phone: Page, town: Town) -> None:
    for address in addresses(town):
        phone.goto(address)
        targets = phone.locator("fieldset label, button, .button, summary, footer a")
        for target in targets.filter(visible=True).all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= DESIGN.space.target_px - 0.5, target.inner_text()


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


def test_each_page_weighs_little(phone: Page, town: Town) -> None:
    for address in (*addresses(town), "/klaagmuur", "/klaagmuur/gesprek", "/toegankelijkheid"):
        answer = phone.goto(address)
        assert answer is not None
        on_the_wire = answer.request.sizes()["responseBodySize"]
        assert (address, on_the_wire <= HEAVIEST) == (address, True)
    unfolded = phone.goto(town.filled.pulse)
    assert unfolded is not None
    assert len(unfolded.body()) <= HEAVIEST  # also where nothing on the way compresses


@pytest.mark.parametrize("width", [160, 187])
def test_zoomed_in_twice_nothing_sticks_out(browser: Browser, town: Town, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 400}, base_url=town.live.address, locale="nl-NL"
    )
    page = context.new_page()
    for address in (*addresses(town), "/klaagmuur"):
        page.goto(address)
        for folded in page.locator("summary").all():
            folded.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    context.close()


def test_printed_the_form_is_whole_and_black_on_white(phone: Page, town: Town) -> None:
    phone.goto(town.filled.pulse)
    phone.emulate_media(media="print")
    assert phone.locator("fieldset").first.is_visible()
    assert not phone.locator("footer").is_visible()
    assert phone.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
