"""``round``: open, invite, remind, close, abandon."""

from __future__ import annotations

from datetime import date

import click

from monitor import clock
from monitor.climate import close_round
from monitor.commands.invite import invite
from monitor.commands.post import mail, remind
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused, KeyMissing
from monitor.locale import texts
from monitor.operations import checklist
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds

ACTOR = "cli"


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

    The dashboard and the calendar open no first round while something is missing; here it is
    said, and the round opens: whoever is at the command line is in charge.
    """
    context = current_context()
    questions = load(context.settings.questionnaire_file)
    missing = checklist.missing(context, clock.today())
    made = rounds.open_round(context, period, questions, _day(closes), ACTOR, clock.now())
    _say(context, "round.opened", period=made.period)
    if missing:
        t = texts(context.settings.language)
        named = "; ".join(t(f"setup.item.{item.value}") for item in missing)
        click.echo(t("round.opened_without", missing=named), err=True)


@round_.command()
@click.argument("period")
def close(period: str) -> None:
    """Close the round and seal its results, now."""
    context = current_context()
    closed = close_round.close(context, period, ACTOR, clock.now())
    _say(context, "round.closed", period=period)
    if closed.damaged:
        _say(context, "round.closed_damaged")


@round_.command()
@click.argument("period")
def abandon(period: str) -> None:
    """Give up a round: nothing of it is kept."""
    context = current_context()
    rounds.abandon(context, period, ACTOR, clock.now())
    _say(context, "round.abandoned", period=period)


@round_.command("list")
def list_() -> None:
    """Every round and its state."""
    context = current_context()
    t = texts(context.settings.language)
    for found in rounds.all_rounds(context.engine):
        state = str(found.status)
        if found.status is rounds.RoundStatus.OPEN and _lost(context, found):
            state = "lost"
        click.echo(f"{found.period}  {t(f'round.state.{state}')}")


def _lost(context: AppContext, found: rounds.Round) -> bool:
    try:
        rounds.key_of(context.keys, found)
    except KeyMissing:
        return True
    return False


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InputRefused("round.day", value=given) from None


def _say(context: AppContext, key: str, **words: object) -> None:
    click.echo(texts(context.settings.language)(key, **words))
