"""Tools beyond Python that some tests need. Without them they are skipped; on CI they fail."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

from tests import marks

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The path of Chromium; ends the test where it is not installed."""
    marks.require(marks.BROWSER)
    return find_chromium() or lacking("Chromium is not installed on this machine")


def find_chromium() -> str | None:
    """The path of Chromium, if it is installed."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def lacking(tool: str) -> NoReturn:
    """End the test for want of a tool: skipped here, failed where nothing may be skipped."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{tool}; on CI no test is skipped")
    pytest.skip(tool)
