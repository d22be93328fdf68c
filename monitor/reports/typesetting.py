"""Turn a document into a PDF: tagged (PDF/UA-1) and for the archive (PDF/A-2a) at once.

The typesetter works in a process of its own that ends with the document: it takes up to 250 MB,
which the server should not keep. It never fetches a package or a font.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from monitor.errors import InputRefused

FONTS = Path(__file__).parent / "fonts"
TEMPLATES = Path(__file__).parent / "templates"
SECONDS = 120
"""After this long the typesetter is stopped: a document takes a second at most."""
_PACKAGE_ROOT = Path(__file__).parents[2]


def pdf(template: str, data: Mapping[str, Any], made_on: date) -> bytes:
    """The PDF of `data` in the shape of ``templates/<template>.typ``, dated with a day.

    Raises
    ------
    InputRefused
        When the typesetter does not finish; nothing is left behind.
    """
    dated = {**data, "year": made_on.year, "month": made_on.month, "day": made_on.day}
    order = json.dumps({"template": template, "data": dated}, ensure_ascii=False)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "monitor.reports.typst_process"],
            input=order.encode(),
            capture_output=True,
            cwd=_PACKAGE_ROOT,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputRefused("report.typesetter") from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise InputRefused("report.typesetter")
    return done.stdout
