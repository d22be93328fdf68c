"""Changes that no test can notice, each with the reason (``harmless.toml``)."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.mutants.copies import Outcome

FILE = Path(__file__).with_suffix(".toml")


def reasons() -> dict[tuple[str, str, str], str]:
    """The reason of each change: its module, the line as it is, and as it becomes."""
    listed = tomllib.loads(FILE.read_text("utf-8")).get("change", [])
    return {(c["module"], c["before"], c["after"]): c["reason"] for c in listed}


def key_of(outcome: Outcome) -> tuple[str, str, str]:
    """By what a change is listed."""
    return outcome.module, outcome.before, outcome.after
