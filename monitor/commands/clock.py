"""``clock``: confirm the date after a long pause, so that irreversible work may go on."""

from __future__ import annotations

from datetime import date, datetime

import click

from monitor import clock as clocks
from monitor.commands import ACTOR, oversight
from monitor.commands.output import say
from monitor.context import current_context
from monitor.errors import InputRefused
from monitor.locale.formats import Day
from monitor.store import nights


@click.group()
def clock() -> None:
    """The date of this machine."""


@clock.command()
@click.argument("today", type=click.DateTime(["%Y-%m-%d"]))
def confirm(today: datetime) -> None:
    """Confirm that it is TODAY (such as 2026-11-30), long after the last night noted."""
    context = current_context()
    here: date = clocks.today()
    if today.date() != here:
        raise InputRefused("clock.other_day", day=Day(here))
    nights.confirm(context.engine, ACTOR, clocks.now())
    oversight.tell(context)
    say(context, "clock.confirmed", day=Day(here))
