"""What every mark of every chart says when a mouse lies on it."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, Page, expect

from monitor.access.roles import Role
from tests.browser.conftest import Town
from tests.browser.pages import DESKTOP, open_page, open_signed_in

SENTENCE = re.compile(r"[A-ZÀ-Ý0-9].*[.]")
RAW = re.compile(r"None|NaN|#[0-9A-Fa-f]{6}|\b(row|run|score|from|says|axis)\b[ :]|[a-z]_[a-z]")
ACROSS = (0.12, 0.24, 0.36, 0.48, 0.6, 0.72, 0.84)
DOWN = (0.1, 0.45, 0.8)
"""Parts of the width and the height of a chart at which the mouse is put."""
SWEEPS = 5
"""Times the mouse goes over a chart that says nothing yet: its script may still be at work."""
TOOLTIP = "document.querySelector('#vg-tooltip-element.visible')?.innerText"
MARKS = {"/": "img.spark", "/onderdelen": "img.spark", "/vragen": ".shares > span"}
"""Pages whose charts are not drawn by a script, and each of their marks."""


def test_a_mouse_on_any_mark_reads_sentences(browser: Browser, town: Town) -> None:
    with open_page(browser, town, DESKTOP) as page:
        open_signed_in(page, town, Role.LEIDINGGEVENDE, "/methoden")
        spoken = {path: _titles(page, path, marks) for path, marks in MARKS.items()}
        page.goto("/verloop")
        charts = page.locator("[data-testid=stVegaLiteChart]")
        expect(charts.nth(2)).to_be_visible(timeout=30_000)
        for number, chart in enumerate(charts.all()):
            sweeps = (_spoken(page, chart) for _ in range(SWEEPS))
            spoken[f"/verloop {number}"] = list(next(filter(None, sweeps), ()))

    for place, texts in spoken.items():
        assert texts, place
        for line in "\n".join(texts).split("\n"):
            assert SENTENCE.fullmatch(line), (place, line)
            assert not RAW.search(line), (place, line)


def _titles(page: Page, path: str, marks: str) -> list[str]:
    """What the browser shows of each of these marks; empty for one that says nothing."""
    page.goto(path)
    expect(page.locator(marks).first).to_be_visible(timeout=30_000)
    titles: list[str] = page.locator(marks).evaluate_all("all => all.map(mark => mark.title)")
    return titles


def _spoken(page: Page, chart: Locator) -> set[str]:
    """Everything the chart says while the mouse goes over it."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    spoken: set[str] = set()
    for across in ACROSS:
        for down in DOWN:
            page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
            page.wait_for_timeout(30)
            if text := page.evaluate(TOOLTIP):  # at once: it may go while it is read
                spoken.add(text)
    return spoken
