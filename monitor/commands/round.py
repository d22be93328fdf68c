"""``round``: open, invite, remind, close, abandon."""

from __future__ import annotations

from datetime import date

import click

from monitor import checklist, clock, wiring
from monitor.climate import closing
from monitor.commands.invite import invite
from monitor.commands.post import mail, remind
from monitor.errors import InputRefused, KeyMissing
from monitor.locale import texts
from monitor.pulse import rounds
from monitor.questionnaire import load
from monitor.wiring import House

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
    house = wiring.current()
    questions = load(house.settings.questionnaire_file)
    missing = checklist.missing(house, clock.today())
    made = rounds.open_round(house, period, questions, _day(closes), ACTOR, clock.now())
    _say(house, "round.opened", period=made.period)
    if missing:
        t = texts(house.settings.language)
        named = "; ".join(t(f"setup.item.{item.value}") for item in missing)
        click.echo(t("round.opened_without", missing=named), err=True)


@round_.command()
@click.argument("period")
def close(period: str) -> None:
    """Close the round and seal its results, now."""
    house = wiring.current()
    closed = closing.close(house, period, ACTOR, clock.now())
    _say(house, "round.closed", period=period)
    if closed.damaged:
        _say(house, "round.closed_damaged")


@round_.command()
@click.argument("period")
def abandon(period: str) -> None:
    """Give up a round: nothing of it is kept."""
    house = wiring.current()
    rounds.abandon(house, period, ACTOR, clock.now())
    _say(house, "round.abandoned", period=period)


@round_.command("list")
def list_() -> None:
    """Every round and its state."""
    house = wiring.current()
    t = texts(house.settings.language)
    for found in rounds.all_rounds(house.engine):
        state = str(found.status)
        if found.status is rounds.RoundStatus.OPEN and _lost(house, found):
            state = "lost"
        click.echo(f"{found.period}  {t(f'round.state.{state}')}")


def _lost(house: House, found: rounds.Round) -> bool:
    try:
        rounds.key_of(house.keys, found)
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


def _say(house: House, key: str, **words: object) -> None:
    click.echo(texts(house.settings.language)(key, **words))
