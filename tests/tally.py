"""What was counted on the way, said at the end: how often a server was really killed, and so on.

A promise "at so many kills" is only worth what was done. So a test counts what it does, as it
does it, and the sums close the run, however many processes it ran in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

KEY = "tally"
_sums: Counter[str] = Counter()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Count in here, under words that can be read."""
    counted: Counter[str] = Counter()
    yield counted
    request.node.user_properties.append((KEY, dict(counted)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what a test counted, in the process that prints."""
    if report.when == "teardown":
        for name, counted in report.user_properties:
            if name == KEY and isinstance(counted, dict):
                _sums.update(counted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it."""
    if _sums:
        terminalreporter.section("counted")
        for name, sum_ in sorted(_sums.items()):
            terminalreporter.write_line(f"{sum_:>9,}  {name}")
