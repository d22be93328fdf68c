"""The packages underneath were reviewed, and none is older than the last known vulnerability."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import distributions

import pytest

from monitor.config.settings import ROOT
from tests.test_setup import pins

REVIEW = (ROOT / "docs" / "PINS.md").read_text("utf-8")
ROW = re.compile(r"^\| (?P<name>[\w-]+) \| .* \| (?P<mended>[\d.]+) \| .* \|$", re.MULTILINE)


def plain(name: str) -> str:
    """The normalised name of a package."""
    return re.sub(r"[-_.]+", "-", name).lower()


def number(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, to compare."""
    match = re.match(r"\d+(\.\d+)*", version)
    assert match is not None
    return tuple(map(int, match[0].split(".")))


INSTALLED = {plain(package.name): package.version for package in distributions()}
FLOORS = [(row["name"], row["mended"]) for row in ROW.finditer(REVIEW)]


@pytest.mark.parametrize(("name", "mended"), FLOORS)
def test_what_is_installed_is_not_older_than_the_last_known_hole(name: str, mended: str) -> None:
    assert number(INSTALLED[plain(name)]) >= number(mended)


def test_the_table_is_read_and_an_older_version_would_be_seen() -> None:
    assert len(FLOORS) == REVIEW.count("\n| ") - 1  # but for the heading
    assert number("1.5.9") < number("1.6.2") <= number("1.6.2") < number("1.10")


def test_a_changed_pin_needs_a_new_look() -> None:
    seen = set(re.findall(r"([\w-]+) (\d[\w.]*)[,.]", REVIEW.partition("looked at\n")[2]))
    pinned = {
        (re.sub(r"\[.*\]", "", name), version)
        for name, _, version in (line.partition("==") for line in pins("requirements.txt"))
    }

    assert seen == {(name, version) for name, version in pinned}


def test_the_audit_takes_not_looked_at_for_a_failure() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "audit"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "pip-audit --strict" in done.stdout
