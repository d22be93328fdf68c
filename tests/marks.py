"""Marks of tests that need a program of their own, which ``make quick`` leaves out.

A test gets the mark here when its folder, a fixture or a parameter tells what it needs, and by
hand (``@pytest.mark.server``) when it starts the program itself. Whatever starts such a program
refuses to do so for a test without the mark, so that a mark cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    "postgresql": POSTGRESQL,
    "scene": SERVER,
    "start": SERVER,
}
_running: list[pytest.Item] = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with what it needs, before tests are chosen by their marks."""
    for item in items:
        for mark in _marks(item):
            item.add_marker(mark)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Remember which test runs."""
    _running[:] = [item]


def require(mark: str) -> None:
    """Fail the running test when it lacks the mark of what it is about to start."""
    if _running and _running[0].get_closest_marker(mark) is None:
        pytest.fail(f"this test starts what 'make quick' must not: mark it with pytest.mark.{mark}")


def _marks(item: pytest.Item) -> Iterator[str]:
    yield from OF_FOLDER.get(item.path.parent.name, ())
    fixtures: list[str] = getattr(item, "fixturenames", [])
    yield from (mark for name, mark in OF_FIXTURE.items() if name in fixtures)
    parameters = getattr(item, "callspec", None)
    values = [] if parameters is None else parameters.params.values()
    if any(isinstance(value, str) and value == POSTGRESQL for value in values):
        yield POSTGRESQL
