"""A link as a QR code that prints sharp at any size."""

from __future__ import annotations

from itertools import groupby

import segno

QUIET_ZONE = 4
"""Modules of white around it (ISO/IEC 18004)."""


def svg(link: str) -> str:
    """The code as SVG: one bar for each run of dark modules."""
    rows = [bytes(row) for row in segno.make_qr(link, error="m").matrix]
    size = len(rows) + 2 * QUIET_ZONE
    bars = []
    for down, row in enumerate(rows, QUIET_ZONE):
        across = QUIET_ZONE
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                bars.append(f'<rect x="{across}" y="{down}" width="{length}" height="1"/>')
            across += length
    box = f'viewBox="0 0 {size} {size}" width="{size}" height="{size}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} shape-rendering="crispEdges">'
    return f"{head}{''.join(bars)}</svg>"
