"""A copy of the checkout to change, and what became of one change in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from difflib import unified_diff
from importlib.util import cache_from_source
from multiprocessing import current_process
from pathlib import Path
from time import perf_counter

from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec

from tests.mutants.parts import Part

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
LONGEST = 600
"""Seconds for the tests of one part without any change."""
PASSED = 0
"""Of the exit statuses; every other is a change that was noticed, also while it was imported."""
ENDLESS = -1
"""In place of an exit status: the tests did not end in time (``forked.ENDLESS``)."""


@dataclass(frozen=True)
class Outcome:
    """What became of one change."""

    part: str
    module: str
    before: str
    """The first line that was changed, without outer blanks."""
    after: str
    noticed: bool
    endless: bool


@dataclass(frozen=True)
class Copy:
    """A copy of this worker's own, with the process that runs the tests in it."""

    folder: Path
    records: Path
    """Where the workers write down which tests run which lines, for each other."""
    runner: subprocess.Popen[str]

    def status(self, part: Part, modules: tuple[str, ...], line: int | None, seconds: float) -> int:
        """The exit status of the tests of a part; with a line, those that run it first."""
        request = {
            "tests": [f"tests/{name}.py" for name in part.tests],
            "modules": modules,
            "line": line,
            "record": str(self.records / f"{part.name}.json"),
            "output": str(self.folder / ".output"),
            "seconds": seconds,
        }
        assert self.runner.stdin is not None
        assert self.runner.stdout is not None
        print(json.dumps(request), file=self.runner.stdin, flush=True)
        return int(self.runner.stdout.readline())

    @property
    def output(self) -> str:
        """What the tests printed last."""
        return (self.folder / ".output").read_text("utf-8", "replace")


_copies: list[Copy] = []
"""The one copy of this process."""


def copy_into(folder: Path) -> None:
    """Copy what is under version control or could be, go and stand there, and start the runner."""
    own = folder / f"{current_process().name}-{os.getpid()}"
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, done.stdout.split("\0")):
        if (ROOT / name).is_file():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, own / name)
    os.chdir(own)
    command = [str(PYTHON), "-m", "tests.mutants.forked"]
    runner = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=own
    )
    _copies.append(Copy(own, folder, runner))


def seconds_unchanged(part: Part) -> float:
    """How long the tests of a part take without any change; ends everything where they fail."""
    (copy,) = _copies
    start = perf_counter()
    modules = tuple(f"monitor/{module}.py" for module in part.modules)
    if copy.status(part, modules, None, LONGEST) != PASSED:
        raise RuntimeError(f"{part.name}: the tests fail without any change\n{copy.output}")
    return perf_counter() - start


def outcome_of(change: tuple[Part, MutationSpec], seconds: float) -> Outcome:
    """Make one change, run the tests of its part for at most `seconds`, and undo it."""
    part, mutation = change
    (copy,) = _copies
    module = str(mutation.module_path)
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    with use_mutation(Path(module), operator, mutation.occurrence) as (before, after):
        assert after is not None, mutation
        # Two changes within a second may be of the same size, and pass for each other.
        Path(cache_from_source(module)).unlink(missing_ok=True)
        status = copy.status(part, (module,), mutation.start_pos[0], seconds)
    Path(cache_from_source(module)).unlink(missing_ok=True)
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    return Outcome(
        part.name,
        module,
        _first(lines, "-"),
        _first(lines, "+"),
        status != PASSED,
        status == ENDLESS,
    )


def _first(lines: list[str], sign: str) -> str:
    changed = (line[1:].strip() for line in lines if line.startswith(sign))
    return next(filter(None, changed), "")
