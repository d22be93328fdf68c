"""``questionnaire``: which version the next round asks."""

from __future__ import annotations

from datetime import date

import click

from monitor import clock
from monitor.commands import ACTOR
from monitor.commands.output import say
from monitor.context import current_context
from monitor.errors import InputRefused
from monitor.pulse.rounds import questionnaire_in_use
from monitor.store.engine import writing


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
@click.option("--agreed-on", required=True, metavar="DATE", help="The day the OR agreed.")
def switch(version: str, agreed_on: str) -> None:
    """Ask VERSION from the next round on.

    Themes whose statements change start their trend afresh. A round under way is not changed.
    """
    context = current_context()
    day = _day(agreed_on)
    if questionnaire_in_use.has_own(context):
        raise InputRefused("questionnaire.own", name=context.settings.questionnaire_file.name)
    with writing(context.engine) as connection:
        questionnaire_in_use.switch(connection, version, day, ACTOR, clock.now())
    say(context, "questionnaire.switched", version=version)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRefused("questionnaire.day", value=text[:20]) from None
