"""Whatever stands in an own file, it is read or refused with a sentence; nothing else happens."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

import pytest

from monitor.errors import InputRefused
from monitor.followup import cards, dilemmas, methods
from monitor.followup.content_file import Table
from monitor.followup.content_lines import ContentFile
from tests.followup.own_files import OWN_CARDS, OWN_DILEMMAS, OWN_METHODS, sentence

JUNK: tuple[Any, ...] = (
    *(0, -1, 10**40, 1.5, float("nan"), True, "", "x" * 5000, "a\nb", "\x00", "{line}", "é"),
    *([], [[]], [1], ["a"], [{}], {}, {"nl": 1}, {"nl": "x"}, {"nl": {}}, {"key": "x"}),
    *(date(2026, 7, 1), datetime(2026, 7, 1, 10, tzinfo=UTC), time(10)),
)


def _nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every container with each of the keys or positions in it."""
    if isinstance(value, dict):
        inner: list[Any] = list(value)
    elif isinstance(value, list):
        inner = list(range(len(value)))
    else:
        return []
    return [(value, key) for key in inner] + [n for key in inner for n in _nodes(value[key])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("build", "text", "name"),
    [
        (methods.build, OWN_METHODS, methods.FILE),
        (dilemmas.build, OWN_DILEMMAS, dilemmas.FILE),
        (cards.build, OWN_CARDS, cards.FILE),
    ],
)
def test_any_value_is_read_or_refused(
    build: Callable[[Table], object], text: str, name: str
) -> None:
    dice = Random(20261)
    whole = tomllib.loads(text)
    refusals = []
    for _ in range(1500):
        fields = deepcopy(whole)
        container, key = dice.choice(_nodes(fields))
        container[key] = deepcopy(dice.choice(JUNK))
        try:
            build(Table(ContentFile(name, text), fields, name))
        except InputRefused as error:
            refusals.append(sentence(error))
    assert len(refusals) > 900
    assert all(name in words for words in refusals)
