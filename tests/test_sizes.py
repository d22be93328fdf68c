"""Every module and function is small enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from monitor.config.settings import ROOT

LINES_OF_MODULE = 250
LINES_OF_FUNCTION = 25
SHARE_OF_FUNCTIONS = 0.95
AT_THE_ROOT = 8
PACKAGE = ROOT / "monitor"
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_no_module_is_longer_than_one_idea_needs() -> None:
    lengths = {str(file.relative_to(ROOT)): len(_lines(file)) for file in MODULES}

    assert lengths
    assert {name: n for name, n in lengths.items() if n > LINES_OF_MODULE} == {}


@pytest.mark.slow
def test_nearly_every_function_fits_on_a_screen() -> None:
    lengths = [
        node.end_lineno - node.lineno + 1
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]
    fitting = sum(length <= LINES_OF_FUNCTION for length in lengths)

    assert fitting >= SHARE_OF_FUNCTIONS * len(lengths), f"{fitting} of {len(lengths)}"


def test_at_the_root_lies_only_what_joins_the_packages() -> None:
    assert len([file for file in MODULES if file.parent == PACKAGE]) <= AT_THE_ROOT


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines()
