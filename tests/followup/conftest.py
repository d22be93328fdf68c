"""The shipped content, and every text in it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.followup import cards, dilemmas, methods
from monitor.followup.content_file import DEFAULTS


@pytest.fixture(scope="session")
def book() -> methods.MethodBook:
    return methods.load()


@pytest.fixture(scope="session")
def dilemma_book() -> dilemmas.DilemmaBook:
    return dilemmas.load()


@pytest.fixture(scope="session")
def card_book() -> cards.CardBook:
    return cards.load()


@pytest.fixture(scope="session")
def shipped() -> dict[str, dict[str, str]]:
    """Every text per language, by the file and the names of the fields that lead to it."""
    return {
        place: text
        for path in sorted(DEFAULTS.glob("*.toml"))
        for place, text in _texts(tomllib.loads(path.read_text("utf-8")), path.stem)
    }


def _texts(value: Any, place: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, dict):
        if "nl" in value or "en" in value:
            yield place, value
            return
        for field, inner in value.items():
            yield from _texts(inner, f"{place}.{field}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}.{number}")
