"""A report with a table of 2,000 units: how long it takes to set, and how much memory."""

from __future__ import annotations

import resource
from datetime import date
from time import perf_counter

from monitor.reports import blocks, typesetting
from monitor.reports.blocks import Cell, Document
from tests.bench.table import Row

UNITS = 2_000
DAY = date(2026, 11, 26)


def main(rows: list[Row]) -> None:
    """Append what was measured; the typesetter is a process of its own that ends."""
    data = _document().as_data()
    start = perf_counter()
    content = typesetting.pdf("report", data, DAY)
    seconds = perf_counter() - start
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows.append(Row(f"{UNITS} units, one table", seconds, "s", "1"))
    rows.append(Row("processor time of the typesetter", children.ru_utime, "s"))
    rows.append(Row("memory of the typesetter", children.ru_maxrss / 1024, "MB", "250"))
    rows.append(Row("size of the file", len(content) / 1024, "kB"))


def _document() -> Document:
    words = (Cell("blijft lager, sinds mei 2026", tone="down"), "\N{EN DASH}", "\N{EN DASH}")
    lines = tuple(
        (Cell(f"Team {number}", indent=number % 3), "Respect", words[number % 3], "1 van 6 lager")
        for number in range(UNITS)
    )
    headers = ("Onderdeel", "Thema", "Wat we zien", "Bij de teams")
    table = blocks.Table(headers, lines, (3.0, 2.0, 3.0, 3.0))
    parts = (blocks.Heading("Wat opviel", 1), table)
    return Document("Verslag", "nl", "MT-verslag", "", "", "", "{page}", "Stad", parts)
