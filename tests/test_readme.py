"""The README names everything there is, and everything it names exists."""

from __future__ import annotations

import re

import click
import pytest

from monitor.cli import COMMANDS, cli
from monitor.config.settings import PREFIX, ROOT, VARIABLES

TEXT = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_named_and_no_other() -> None:
    assert set(re.findall(rf"{PREFIX}([A-Z_]+)", TEXT)) == VARIABLES


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named(command: str) -> None:
    assert re.search(rf"`(python -m monitor |make )?{command}\b", TEXT) or f"make {command}" in TEXT


@pytest.mark.parametrize("line", re.findall(r"\| `([a-z]+ [^`]+)` \|", TEXT))
def test_every_command_it_shows_can_be_given_that_way(line: str) -> None:
    command: click.Command | None = cli
    words = line.replace("[", "").replace("]", "").split()
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))
    assert command is not None
    options = {option for param in command.params for option in param.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("target", re.findall(r"`?make ([a-z]+)`?", TEXT))
def test_every_target_it_shows_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", TEXT))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).is_file()


def test_the_architecture_names_each_package_and_module_at_the_root_once() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    table = text.partition("\n## The packages\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [name for cell in cells for name in re.findall(r"`([^`/]+)/?`", cell)]

    root = ROOT / "monitor"
    packages = {path.parent.name for path in root.glob("*/__init__.py")}
    modules = {path.name for path in root.glob("*.py") if not path.name.startswith("__")}
    assert sorted(named) == sorted(packages | modules)
