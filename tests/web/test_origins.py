"""The dashboard's socket opens for pages of this very site only."""

from __future__ import annotations

import pytest

from monitor.web.http.origins import is_own_origin

BASE = "https://klimaat.waterrijk.example"


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        (BASE, True),
        (f"{BASE}:443", True),
        ("https://KLIMAAT.waterrijk.example", True),
        (None, True),
        (f"{BASE}:8443", False),
        ("http://klimaat.waterrijk.example", False),
        ("https://waterrijk.example", False),
        ("https://klimaat.waterrijk.example.evil.example", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("https://klimaat.waterrijk.example:x", False),
        ("https://[", False),
    ],
)
def test_an_origin_is_compared_whole(origin: str | None, own: bool) -> None:
    assert is_own_origin(origin, BASE) is own


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://localhost:8501", True),
        ("http://127.0.0.1:8501", True),
        ("http://127.0.0.1:8502", False),
        ("http://10.0.0.1:8501", False),
    ],
)
def test_on_one_machine_its_names_are_one(origin: str, own: bool) -> None:
    assert is_own_origin(origin, "http://localhost:8501") is own
