"""Counts that tests keep, such as how often a server was really killed, printed at the end.

A promise about a number of kills is only worth the kills that were really done. So a test counts
what it does while it does it, and the sums of all processes are printed after the last test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

KEY = "tally"
_sums: Counter[str] = Counter()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """A counter for this test; its keys are printed as they are."""
    counts: Counter[str] = Counter()
    yield counts
    request.node.user_properties.append((KEY, dict(counts)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the counts of a test, in the process that prints them."""
    if report.when == "teardown":
        for name, counts in report.user_properties:
            if name == KEY and isinstance(counts, dict):
                _sums.update(counts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sums."""
    if _sums:
        terminalreporter.section("counted")
        for name, sum_ in sorted(_sums.items()):
            terminalreporter.write_line(f"{sum_:>9,}  {name}")
