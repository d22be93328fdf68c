"""What the lists here name is there; else a change would be looked for, or excused, in vain."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config.settings import ROOT
from tests.mutants.parts import PARTS, Part

RULES = "Rules are pure: no store, no web, no clock, no environment"
"""The contract in pyproject.toml that names every pure module."""
HARMLESS = tomllib.loads(Path(__file__).with_name("harmless.toml").read_text("utf-8"))["change"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_modules_and_the_tests_of_a_part_are_there(part: Part) -> None:
    files = [f"monitor/{name}.py" for name in part.modules]
    files += [f"tests/{name}.py" for name in part.tests]
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_every_pure_module_is_changed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (pure,) = [c["source_modules"] for c in settings["contracts"] if c["name"] == RULES]
    changed = {f"monitor.{name.replace('/', '.')}" for part in PARTS for name in part.modules}
    assert set(pure) - changed == set()


@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change["before"][:40])
def test_a_line_that_is_excused_is_there_and_has_a_reason(change: dict[str, str]) -> None:
    lines = (ROOT / change["module"]).read_text("utf-8").splitlines()
    assert change["before"] in [line.strip() for line in lines]
    assert change["before"] != change["after"]
    assert change["reason"]
