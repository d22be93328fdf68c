"""``make mutants``: change the core at random, and count how often a test notices."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.choice import sample
from tests.mutants.copies import Outcome, copy_into, outcome_of, seconds_unchanged
from tests.mutants.harmless import key_of, reasons
from tests.mutants.parts import PARTS, Part

PROMISED = 0.92
"""The least part of the changes that matter which a test must notice."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the changes, print what became of them; 1 where too few were noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--changes", type=int, default=200, help="of all parts together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=[part.name for part in PARTS], action="append")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    parts = [part for part in PARTS if part.name in (options.part or [p.name for p in PARTS])]
    share = -(-options.changes // len(PARTS))
    with TemporaryDirectory(prefix="teamklimaat-mutants-") as folder:
        outcomes = _outcomes(parts, share, options.seed, options.processes, Path(folder))
    return _report(parts, outcomes)


def _outcomes(
    parts: Sequence[Part], share: int, seed: int, processes: int, folder: Path
) -> list[Outcome]:
    changes = [(part, change) for part in parts for change in sample(part, share, seed)]
    outcomes = []
    with ProcessPoolExecutor(processes, get_context("spawn"), copy_into, (folder,)) as pool:
        unchanged = pool.map(seconds_unchanged, parts)
        limits = {
            part.name: max(60, 10 * took) for part, took in zip(parts, unchanged, strict=True)
        }
        for outcome in pool.map(outcome_of, changes, [limits[part.name] for part, _ in changes]):
            outcomes.append(outcome)
            if not outcome.noticed:
                print(*key_of(outcome), sep="\n  ", end="\n\n", flush=True)
    return outcomes


def _report(parts: Iterable[Part], outcomes: Sequence[Outcome]) -> int:
    harmless = reasons()
    matter = [o for o in outcomes if o.noticed or key_of(o) not in harmless]
    for part in parts:
        own = [o for o in matter if o.part == part.name]
        print(f"{part.name:18} {sum(o.noticed for o in own):4} of {len(own):4} noticed")
    noticed = sum(o.noticed for o in matter)
    print(f"{len(outcomes) - len(matter)} changes cannot matter, for the reasons in harmless.toml")
    print(f"{sum(o.endless for o in outcomes)} made the tests endless")
    print(
        f"{noticed} of {len(matter)} noticed: {noticed / len(matter):.1%}; promised {PROMISED:.0%}"
    )
    return int(noticed / len(matter) < PROMISED)


if __name__ == "__main__":
    sys.exit(main())
