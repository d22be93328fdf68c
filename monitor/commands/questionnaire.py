"""``questionnaire``: which questions the next round asks.

Who has a shell on the server asks nobody; it is logged, and toezicht is mailed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from monitor import clock
from monitor.commands import ACTOR, oversight
from monitor.commands.output import say
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.pulse import questionnaire_changes, questionnaire_words
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import questionnaire_acts, questionnaire_in_use
from monitor.store.engine import writing

FILE = ".toml"
"""How the name of a file ends; a version of ours never does."""


@click.group()
def questionnaire() -> None:
    """What the next round asks."""


@questionnaire.command()
def show() -> None:
    """The version that the next round asks."""
    context = current_context()
    next_version = questionnaire_in_use.in_use(context)
    say(
        context,
        "questionnaire.asked",
        version=next_version.version,
        count=len(next_version.questions),
    )


@questionnaire.command()
@click.argument("version")
def compare(version: str) -> None:
    """What would change with VERSION, one of ours or a file whose name ends in .toml."""
    context = current_context()
    _say_changes(context, _named(version))


@questionnaire.command()
@click.argument("version")
@click.option("--agreed-on", required=True, metavar="DATE", help="The day the OR agreed.")
def switch(version: str, agreed_on: str) -> None:
    """Ask VERSION from the next round on: one of ours, or a file whose name ends in .toml.

    Themes whose statements change start their trend afresh. A round under way is not changed.
    Toezicht is mailed.
    """
    context = current_context()
    day, chosen = _day(agreed_on), _named(version)
    questionnaire_acts.choose(context, chosen)
    _say_changes(context, chosen)
    with writing(context.engine) as connection:
        why = f"OR {day.isoformat()}"
        questionnaire_in_use.choose(connection, chosen, why, ACTOR, clock.now())
    oversight.tell(context)
    say(context, "questionnaire.switched", version=chosen.version)


def _named(version: str) -> Questionnaire:
    if version.endswith(FILE):
        return load(Path(version))
    return questionnaire_in_use.ours(version)


def _say_changes(context: AppContext, after: Questionnaire) -> None:
    t = texts(context.settings.language)
    change = questionnaire_changes.changes(questionnaire_in_use.in_use_or_before(context), after)
    for line in questionnaire_words.scale_words(change, t):
        click.echo(line)
    for theme in questionnaire_words.theme_words(change, t):
        click.echo(t("questionnaire.change.theme", title=theme.title, outcome=theme.outcome))
        for line in theme.lines:
            click.echo(f"  {line}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRefused("questionnaire.day", value=text[:20]) from None
