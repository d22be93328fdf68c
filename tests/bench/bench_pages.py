"""The staff pages in a real browser: weight, requests, first paint and load."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from monitor import clock
from monitor.config.settings import read
from monitor.context import build_context
from monitor.demo.fill import fill
from tests import needs
from tests.bench.table import Row, skipped
from tests.browser.conftest import ARGUMENTS
from tests.live import running

RUNS = 9
PAGES = ("/pulse", "/privacy", "/klaagmuur", "/aanmelden", "/toegankelijkheid")
MEASURE = """() => new Promise(done => new PerformanceObserver(list => {
  const [paint] = list.getEntriesByName('first-contentful-paint');
  if (!paint) return;
  const [page] = performance.getEntriesByType('navigation');
  done([paint.startTime, page.loadEventEnd, performance.getEntriesByType('resource').length + 1,
        page.encodedBodySize, page.decodedBodySize]);
}).observe({type: 'paint', buffered: true}))"""


def main(rows: list[Row]) -> None:
    """Measure every page that needs no account."""
    chromium = needs.find_chromium()
    if chromium is None:
        rows.append(skipped("all pages", "Chromium is not installed on this machine"))
        return
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        settings = read(
            {
                "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'teamklimaat.db'}",
                "XDG_STATE_HOME": str(folder / "state"),
            }
        )
        context = build_context(settings)
        filled = fill(context, 3, 1, clock.now())
        context.engine.dispose()
        with running(settings, folder) as live:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=list(ARGUMENTS), headless=True
            )
            page = browser.new_page(base_url=live.address, viewport={"width": 375, "height": 740})
            for label, path in (
                ("/pulse/CODE", filled.pulse),
                ("/resultaten/TOKEN", filled.results),
                *((path, path) for path in PAGES),
            ):
                _measure(page, label, path, rows)
            browser.close()


def _measure(page: Page, label: str, path: str, rows: list[Row]) -> None:
    runs = []
    for _ in range(RUNS):
        page.goto(path)
        runs.append(page.evaluate(MEASURE))
    paint, load, requests, wire, weight = (median(each) for each in zip(*runs, strict=True))
    rows += [
        Row(f"{label}: weight on the wire", wire / 1000, "kB", "<= 15 (peers 760-2,110)"),
        Row(f"{label}: weight, not compressed", weight / 1000, "kB"),
        Row(f"{label}: requests", requests, "", "<= 3"),
        Row(f"{label}: first paint", paint, "ms", "<= 150 (peers 404-1,089)"),
        Row(f"{label}: load", load, "ms", "<= 150"),
    ]
