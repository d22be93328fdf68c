"""The tests of one change after another, each run in a fork of a process that has the packages.

As a program it stands in a copy of the checkout, has imported what stands in no copy, and forks
for every request. The child imports the changed program afresh; it only need not read the packages
again, which takes longer than most tests. Tests that run the line that was changed go first, the
shortest of them before the others, so that a change is mostly noticed by the first test of all.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

PACKAGES = (
    "anyio",
    "argon2",
    "babel.dates",
    "babel.numbers",
    "httpx",
    "hypothesis.strategies",
    "jinja2",
    "nacl.public",
    "numpy",
    "psycopg",
    "pyotp",
    "rich.pretty",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "starlette.applications",
)
LEFT_OUT = "not (browser or mail or postgresql or server or soak)"
ENDLESS = -1
"""In place of an exit status: the tests did not end in time."""
# Assertions are not rewritten: it says more of a failure, which nobody reads here.
OPTIONS = ("-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-m", LEFT_OUT)

Record = Mapping[str, tuple[float, Mapping[str, list[int]]]]
"""Per test how many seconds it took, and which lines of which modules it ran."""
Tracer = Callable[[FrameType, str, Any], Any]


class Watch:
    """Writes down how long each test takes, and which lines of some modules it runs."""

    def __init__(self, modules: Iterable[str], record: Path) -> None:
        self._modules = {str(Path(module).resolve()): module for module in modules}
        self._record = record
        self._seconds: dict[str, float] = defaultdict(float)
        self._lines: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._current: dict[str, set[int]] = defaultdict(set)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """From here on lines are this test's."""
        self._current = self._lines[nodeid]
        threading.settrace(self._call)
        sys.settrace(self._call)

    def pytest_runtest_logfinish(self) -> None:
        """Watch no longer."""
        sys.settrace(None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up what set-up, call and tear-down take."""
        self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        record = {
            test: (
                seconds,
                {module: sorted(lines) for module, lines in self._lines[test].items()},
            )
            for test, seconds in self._seconds.items()
        }
        self._record.write_text(json.dumps(record), "utf-8")

    def _call(self, frame: FrameType, _: str, __: Any) -> Tracer | None:
        module = self._modules.get(frame.f_code.co_filename)
        if module is None:
            return None
        lines = self._current[module]

        def line(frame: FrameType, _: str, __: Any) -> Tracer:
            lines.add(frame.f_lineno)
            return line

        return line


class Order:
    """Puts those tests first that run a line, and before others those that take less time."""

    def __init__(self, record: Record, module: str, line: int) -> None:
        self._record, self._module, self._line = record, module, line

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort the tests."""
        items.sort(key=lambda item: self._place(item.nodeid))

    def _place(self, test: str) -> tuple[bool, bool, float]:
        seconds, lines = self._record.get(test, (0.0, {}))
        own = lines.get(self._module, [])
        return self._line not in own, not own, seconds


def main() -> None:
    """Answer every request with an exit status: of what is unchanged, or of one change."""
    for name in PACKAGES:
        importlib.import_module(name)
    for request in map(json.loads, sys.stdin):
        child = os.fork()
        if child == 0:
            _run(request)
        print(_status(child, request["seconds"]), flush=True)


def _run(request: Mapping[str, Any]) -> None:
    status = int(pytest.ExitCode.INTERNAL_ERROR)
    try:
        os.setsid()
        output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
            os.dup2(source, number)
        record = Path(request["record"])
        plugin: Watch | Order
        if request["line"] is None:
            plugin = Watch(request["modules"], record)
        else:
            (module,) = request["modules"]
            plugin = Order(json.loads(record.read_text("utf-8")), module, request["line"])
        status = int(pytest.main([*OPTIONS, *request["tests"]], plugins=[plugin]))
    finally:
        sys.stdout.flush()
        os._exit(status)


def _status(child: int, seconds: float) -> int:
    """The exit status of a child, which is ended, with all it started, after so many seconds."""
    ending = os.pidfd_open(child)
    in_time = bool(select.select([ending], [], [], seconds)[0])
    os.close(ending)
    if not in_time:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if in_time else ENDLESS


if __name__ == "__main__":
    main()
