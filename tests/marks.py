"""Marks of tests that need a program of their own, which ``make quick`` leaves out.

A test gets the mark here when its folder, a fixture or a parameter tells what it needs, and by
hand (``@pytest.mark.server``) when it starts the program itself. Whatever starts such a program
refuses to do so for a test without the mark, so that a mark cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, zip_longest
from operator import attrgetter

import pytest

from tests.stores import POSTGRESQL

BROWSER, MAIL, SERVER, SLOW = "browser", "mail", "server", "slow"
OF_FOLDER = {"browser": (BROWSER, SERVER), "faults": (SERVER,)}
OF_FIXTURE = {
    "cast": SERVER,
    "days": SERVER,
    "demo": SLOW,
    "forks": SERVER,
    "insecure": SERVER,
    "live": SERVER,
    "mailroom": MAIL,
    "migrated_once": SLOW,
    "open_page": SLOW,
    "postgresql": POSTGRESQL,
    "scene": SERVER,
    "start": SERVER,
}
_running: list[pytest.Item] = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with what it needs, and put files that take long before the others.

    So no worker is left alone with a long file at the end. The marks are set before tests are
    chosen by them.
    """
    for item in items:
        for mark in _marks(item):
            item.add_marker(mark)
    items[:] = chain.from_iterable(_long_first(items))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Remember which test runs."""
    _running[:] = [item]


def require(mark: str) -> None:
    """Fail the running test when it lacks the mark of what it is about to start."""
    if _running and _running[0].get_closest_marker(mark) is None:
        pytest.fail(f"this test starts what 'make quick' must not: mark it with pytest.mark.{mark}")


def _long_first(items: Sequence[pytest.Item]) -> Iterator[list[pytest.Item]]:
    """The tests of each file: one file that starts programs, one that starts none, and so on.

    What starts a program waits for it, so the two go well together. The files that start
    programs are a minority, so what remains for the end is short.
    """
    files = [list(tests) for _, tests in groupby(items, attrgetter("path"))]
    heavy = [tests for tests in files if any(_starts_a_program(item) for item in tests)]
    light = [tests for tests in files if not any(_starts_a_program(item) for item in tests)]
    return (tests for pair in zip_longest(heavy, light) for tests in pair if tests)


def _starts_a_program(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(mark) for mark in (BROWSER, MAIL, POSTGRESQL, SERVER, SLOW))


def _marks(item: pytest.Item) -> Iterator[str]:
    yield from OF_FOLDER.get(item.path.parent.name, ())
    fixtures: list[str] = getattr(item, "fixturenames", [])
    yield from (mark for name, mark in OF_FIXTURE.items() if name in fixtures)
    parameters = getattr(item, "callspec", None)
    values = [] if parameters is None else parameters.params.values()
    if any(isinstance(value, str) and value == POSTGRESQL for value in values):
        yield POSTGRESQL
