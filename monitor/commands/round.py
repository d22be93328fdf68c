"""``round``: open, invite, remind, close, abandon."""

from __future__ import annotations

from datetime import date

import click

from monitor import clock
from monitor.climate import close_round
from monitor.commands import ACTOR, oversight
from monitor.commands.invite import invite
from monitor.commands.mail import mail, remind
from monitor.commands.output import say
from monitor.context import current_context
from monitor.errors import InputRefused, RoundRefused
from monitor.locale import texts
from monitor.locale.formats import Month
from monitor.operations import checklist, round_keys
from monitor.operations.checklist import Item
from monitor.pulse.ballot import adoption
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use
from monitor.pulse.rounds.rounds import RoundStatus


@click.group("round")
def round_() -> None:
    """The monthly rounds."""


for command in (invite, remind, mail):
    round_.add_command(command)


@round_.command("open")
@click.argument("period")
@click.option("--closes", "closes", metavar="DATE", help="2026-11-17")
def open_(period: str, closes: str | None) -> None:
    """Open the round of PERIOD (2026-11).

    The dashboard and the calendar open no first round while something is missing. Here the round
    opens, and what is missing is said: whoever is at the command line can change anything. Roles
    that one person may not hold are split first here too.
    """
    context = current_context()
    questions = in_use(context)
    missing = checklist.missing(context, clock.today())
    if Item.ROLES in missing:
        raise RoundRefused("checklist.missing.roles", count=1)
    opened = rounds.open_round(context, period, questions, _day(closes), ACTOR, clock.now())
    say(context, "round.opened", period=Month(opened.period))
    if missing:
        t = texts(context.settings.language)
        names = "; ".join(t(f"setup.item.{item.value}") for item in missing)
        say(context, "round.opened_without", missing=names, err=True)


@round_.command()
@click.argument("period")
def close(period: str) -> None:
    """Close the round and seal its results, now."""
    context = current_context()
    closed = close_round.close(context, period, ACTOR, clock.now())
    say(context, "round.closed", period=Month(period))
    if closed.damaged:
        say(context, "round.closed_damaged")
    if closed.incomplete:
        say(context, "round.closed_incomplete")


@round_.command("accept-box")
@click.argument("period")
def accept_box(period: str) -> None:
    """Take the ballot box as it is now for what was answered.

    Only after going back to an earlier version, or when the count beside the key is damaged.
    """
    context = current_context()
    adoption.accept(context, period, ACTOR, clock.now())
    oversight.tell(context)
    say(context, "round.box_accepted", period=Month(period))


@round_.command()
@click.argument("period")
def abandon(period: str) -> None:
    """Give up a round: nothing of it is kept."""
    context = current_context()
    rounds.abandon(context, period, ACTOR, clock.now())
    say(context, "round.abandoned", period=Month(period))


@round_.command("list")
def list_() -> None:
    """Every round and its state."""
    context = current_context()
    t = texts(context.settings.language)
    lost = round_keys.lost_rounds(context)
    for listed in rounds.all_rounds(context.engine):
        is_lost = listed.status is RoundStatus.OPEN and listed in lost
        state = "lost" if is_lost else str(listed.status)
        click.echo(f"{listed.period}  {t(f'round.state.{state}')}")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRefused("round.day", value=text) from None
