"""``history import``: earlier surveys, through the same sealing as our own rounds."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import clock
from monitor.climate.history import Names, import_history, read_names
from monitor.context import current_context
from monitor.inputs.text_files import read_bytes
from monitor.locale import texts
from monitor.pulse.questionnaire import load

ACTOR = "cli"


@click.group()
def history() -> None:
    """Surveys from before this app."""


@history.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--questionnaire",
    "asked",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE.toml",
)
@click.option("--map", "named", type=click.Path(path_type=Path), metavar="FILE.toml")
def import_(file: Path, asked: Path, named: Path | None) -> None:
    """Read answer sheets, one a row: columns period, unit and one a question, 1..5 or empty.

    --map names columns and units that are called otherwise in FILE: tables [columns] and
    [units], each line a name from the file and the key it stands for.
    """
    context = current_context()
    questions = load(asked)
    names = Names() if named is None else read_names(read_bytes(named), named.name)
    content = read_bytes(file)
    done = import_history(context, content, file.name, questions, names, ACTOR, clock.now())
    t = texts(context.settings.language)
    first, last = done.periods[0], done.periods[-1]
    click.echo(t("history.done", count=done.answers, first=first, last=last))
