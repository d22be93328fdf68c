"""What some tests need beyond Python. Missing: skipped loudly; on CI a failure, never a skip."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Where Chromium is, or the end of the test."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    lacking("Chromium is not installed on this machine")


def lacking(what: str) -> NoReturn:
    """End the test: skipped here, failed where nothing may be skipped."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{what}; on CI no test is skipped")
    pytest.skip(what)
