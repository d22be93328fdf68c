"""``history import``: earlier surveys, sealed like the rounds of the app."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import clock
from monitor.climate.history import import_history
from monitor.climate.history_names import Names, read_names
from monitor.commands import ACTOR
from monitor.commands.output import say, say_notes
from monitor.context import current_context
from monitor.inputs.text_files import read_bytes
from monitor.locale.formats import Month
from monitor.pulse.questionnaire import load


@click.group()
def history() -> None:
    """Surveys from before this app."""


@history.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--questionnaire",
    "questionnaire_file",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE.toml",
)
@click.option("--map", "map_file", type=click.Path(path_type=Path), metavar="FILE.toml")
def import_(file: Path, questionnaire_file: Path, map_file: Path | None) -> None:
    """Read answer sheets, one a row: columns period, unit and one a question, 1..5 or empty.

    Months after the present one are refused. Answers may be in the words of the questionnaire's
    scale. --map names what is called otherwise in FILE: tables [columns], [units] and [answers],
    each line a name from the file and the key, or the number from 0 (none) to 5, it stands for.
    A column of moments, as online forms have, is mapped to "period".
    """
    context = current_context()
    questions = load(questionnaire_file)
    names = Names() if map_file is None else read_names(read_bytes(map_file), map_file.name)
    content = read_bytes(file)
    imported = import_history(context, content, file.name, questions, names, ACTOR, clock.now())
    say_notes(context, imported.notes)
    first, last = Month(imported.periods[0]), Month(imported.periods[-1])
    say(context, "history.done", count=imported.answers, first=first, last=last)
