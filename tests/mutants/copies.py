"""A copy of the checkout to change, and what became of one change in it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from multiprocessing import current_process
from pathlib import Path
from time import perf_counter

from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.testing import run_tests
from cosmic_ray.work_item import MutationSpec, TestOutcome

from tests.mutants.parts import Part

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
LEFT_OUT = "not (browser or mail or postgresql or server or soak)"
LONGEST = 600
"""Seconds for the tests of one part without any change."""


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


def copy_into(folder: Path) -> None:
    """Copy what is under version control or could be, and go and stand there."""
    own = folder / f"{current_process().name}-{os.getpid()}"
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, done.stdout.split("\0")):
        if (ROOT / name).is_file():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, own / name)
    os.chdir(own)


def seconds_unchanged(part: Part) -> float:
    """How long the tests of a part take without any change; ends everything where they fail."""
    start = perf_counter()
    outcome, output = run_tests(_command(part), LONGEST)
    if outcome is not TestOutcome.SURVIVED:
        raise RuntimeError(f"{part.name}: the tests fail without any change\n{output}")
    return perf_counter() - start


def outcome_of(change: tuple[Part, MutationSpec], seconds: float) -> Outcome:
    """Make one change, run the tests of its part for at most `seconds`, and undo it."""
    part, mutation = change
    result = mutate_and_test([mutation], _command(part), seconds)
    if result.test_outcome not in (TestOutcome.KILLED, TestOutcome.SURVIVED):
        raise RuntimeError(f"{mutation}: {result.output}")
    lines = (result.diff or "").splitlines()[3:]
    return Outcome(
        part.name,
        str(mutation.module_path),
        _first(lines, "-"),
        _first(lines, "+"),
        result.is_killed,
        result.output == "timeout",
    )


def _first(lines: list[str], sign: str) -> str:
    changed = (line[1:].strip() for line in lines if line.startswith(sign))
    return next(filter(None, changed), "")


def _command(part: Part) -> str:
    files = [f"tests/{name}.py" for name in part.tests]
    options = ["-x", "-q", "-p", "no:cacheprovider", "-m", LEFT_OUT]
    return shlex.join([str(PYTHON), "-m", "pytest", *options, *files])
