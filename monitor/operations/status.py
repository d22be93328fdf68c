"""What monitoring may know of an installation: it moves with the calendar, never with people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from monitor.clock import local_day
from monitor.config.settings import Settings
from monitor.context import AppContext
from monitor.operations import heartbeat, waiting_letters
from monitor.operations.round_keys import lost_rounds
from monitor.pulse.invitations.letters import State
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store import backup, checkup, nights
from monitor.store.delivery_tables import outbox
from monitor.store.engine import reading

GRACE = timedelta(hours=1)
"""How long after the closing day a round may take to close before it is called overdue."""


@dataclass(frozen=True, slots=True)
class Status:
    """An installation at one moment, without anything a person did.

    Attributes
    ----------
    last_tick
        Seconds since 1970, in steps, of this process.
    last_night
        The day of the last nightly work; None before the first.
    overdue, keyless
        Periods of rounds that should have been closed, and of rounds without their key here.
    letters_waiting, letters_refused
        Letters that wait for the mail server or were refused by it, rounded down to tens.
    letters_stuck
        Whether letters wait and for six hours in which mail goes none of them went.
    enough_space
        Whether more than 1 GB is free where the app writes.
    last_backup
        When a backup was last made with the app's own command; None before the first.
    any_sealed
        Whether there are results to lose.
    clock_ahead
        Whether the date lies so far past the last night that a person has to confirm it.
    """

    last_tick: int
    last_night: date | None
    overdue: tuple[str, ...]
    keyless: tuple[str, ...]
    letters_waiting: int
    letters_refused: int
    letters_stuck: bool
    enough_space: bool
    last_backup: datetime | None
    any_sealed: bool
    clock_ahead: bool


def status_of(context: AppContext, now: datetime) -> Status:
    """The present status.

    Raises
    ------
    StoreBusy, StoreFailing
        When the store does not answer.
    """
    every_round = rounds.all_rounds(context.engine)
    letters = _letters(context)
    return Status(
        last_tick=heartbeat.last_tick(),
        last_night=nights.last_night(context.engine),
        overdue=tuple(each.period for each in every_round if _is_overdue(each, now)),
        keyless=tuple(each.period for each in lost_rounds(context)),
        letters_waiting=_tens(letters.get(State.WAITING, 0)),
        letters_refused=_tens(letters.get(State.REFUSED, 0)),
        letters_stuck=waiting_letters.are_stuck(context.engine, now),
        enough_space=checkup.has_space(*folders(context.settings)),
        last_backup=backup.last_made(context.engine),
        any_sealed=any(each.status is RoundStatus.SEALED for each in every_round),
        clock_ahead=nights.is_far_ahead(context.engine, local_day(now)),
    )


def folders(settings: Settings) -> tuple[Path, ...]:
    """Where the app writes."""
    database = settings.database_file
    return (settings.keys_dir, *([database.parent] if database else []))


def _is_overdue(round_: Round, now: datetime) -> bool:
    under_way = round_.status in (RoundStatus.OPEN, RoundStatus.CLOSING)
    return under_way and round_.closes_on is not None and round_.closes_on < local_day(now - GRACE)


def _letters(context: AppContext) -> dict[str, int]:
    query = select(outbox.c.state, func.count().label("letters")).group_by(outbox.c.state)
    with reading(context.engine) as connection:
        return {row.state: row.letters for row in connection.execute(query)}


def _tens(count: int) -> int:
    return count // 10 * 10
