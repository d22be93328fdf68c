"""What a chart says when a mouse lies on it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from monitor.access.roles import Role
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, open_page, sign_in

SENTENCE = re.compile(r"[A-ZÀ-Ý0-9].*[.]")
STEPS = (0.15, 0.35, 0.55, 0.75)
"""Parts of the width and the height of a chart at which the mouse is put."""


@pytest.mark.parametrize("path", ["/verloop"])
def test_a_mouse_on_a_chart_reads_sentences(browser: Browser, town: Town, path: str) -> None:
    with open_page(browser, town, DESKTOP) as page:
        sign_in(page, town, Role.LEIDINGGEVENDE)
        expect(page.locator("h1")).to_be_visible(timeout=30_000)
        page.goto(path)
        chart = page.locator("[data-testid=stVegaLiteChart]").first
        expect(chart).to_be_visible(timeout=30_000)
        lines = [line for text in _spoken(page, chart) for line in text.split("\n")]

    assert lines
    assert [line for line in lines if not SENTENCE.fullmatch(line)] == []


def _spoken(page: Page, chart: Locator) -> set[str]:
    """Everything the chart says while the mouse goes over it."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    spoken: set[str] = set()
    for across in STEPS:
        for down in STEPS:
            page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
            page.wait_for_timeout(60)
            tooltip = page.locator("#vg-tooltip-element.visible")
            if tooltip.count():
                spoken.add(tooltip.inner_text())
    return spoken
