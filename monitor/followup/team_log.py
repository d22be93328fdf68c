"""What a leidinggevende writes to the team about its results: a log to which lines are added.

A line is never changed. It may be withdrawn by whoever writes for the unit, because a name slips
in, or blanked by toezicht; its date and its place stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, update

from monitor.climate.results import results
from monitor.errors import InputRefused
from monitor.followup import texts
from monitor.followup.records import new_id
from monitor.store import audit, locks
from monitor.store.engine import reading, writing
from monitor.store.followup_tables import team_log

LONGEST = texts.LONGEST_TEXT


class LineState(StrEnum):
    """Whether a line can still be read, or was withdrawn or blanked."""

    SHOWN = "shown"
    WITHDRAWN = "withdrawn"
    BLANKED = "blanked"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a unit's log; ``period`` is the month whose results it speaks of, None where none
    was sealed yet. The text of one that was taken away is empty."""

    id: str
    period: str | None
    text: str
    written_on: date
    state: LineState


def lines(engine: Engine, unit: str) -> tuple[LogLine, ...]:
    """The unit's log, the newest line first."""
    with reading(engine) as connection:
        rows = connection.execute(select(team_log).where(team_log.c.unit == unit)).all()
    # Lines of one day and month stand in the random order of their names.
    rows = sorted(rows, key=lambda row: (row.written_on, row.period or "", row.id), reverse=True)
    return tuple(
        LogLine(row.id, row.period, row.text, row.written_on, LineState(row.state)) for row in rows
    )


def answered(engine: Engine, period: str) -> frozenset[str]:
    """The units whose team can still read a line about a month."""
    query = select(team_log.c.unit).where(
        team_log.c.period == period, team_log.c.state == LineState.SHOWN
    )
    with reading(engine) as connection:
        return frozenset(connection.execute(query).scalars())


def latest(engine: Engine, unit: str) -> LogLine | None:
    """The newest line that can still be read."""
    return next((line for line in lines(engine, unit) if line.state is LineState.SHOWN), None)


def write(engine: Engine, unit: str, text: str, today: date) -> str:
    """Add a line, filed under the month last sealed; returns its random id.

    The same text once more on the same day, as by a double click, adds nothing.

    Raises
    ------
    InputRefused
        When the text may not be stored.
    """
    line = texts.checked(text, LONGEST, today)
    period = results(engine).latest
    name = new_id()
    with writing(engine) as connection:
        locks.exclusive(connection, f"reply {unit}")
        same_line = select(team_log.c.id).where(
            team_log.c.unit == unit,
            team_log.c.text == line,
            team_log.c.written_on == today,
            team_log.c.state == LineState.SHOWN,
        )
        if (before := connection.execute(same_line).scalar()) is not None:
            return str(before)
        connection.execute(
            insert(team_log).values(
                id=name,
                unit=unit,
                period=period,
                text=line,
                written_on=today,
                state=LineState.SHOWN,
            )
        )
    return name


def withdraw(engine: Engine, unit: str, name: str) -> None:
    """Take away the text of a unit's own line.

    Raises
    ------
    InputRefused
        When the unit has no such line to be read.
    """
    with writing(engine) as connection:
        of_unit = (team_log.c.id == name, team_log.c.unit == unit)
        if not _take_away(connection, LineState.WITHDRAWN, *of_unit):
            raise InputRefused("team_log.unknown")


def blank(engine: Engine, name: str, actor: str, now: datetime) -> None:
    """Take away the text of any line, as toezicht may; noted in the audit log, without the text.

    Raises
    ------
    InputRefused
        When there is no such line to be read.
    """
    with writing(engine) as connection:
        unit = connection.execute(select(team_log.c.unit).where(team_log.c.id == name)).scalar()
        if not _take_away(connection, LineState.BLANKED, team_log.c.id == name):
            raise InputRefused("team_log.unknown")
        audit.note(connection, actor, "team_log.blank", str(unit), now)


def _take_away(connection: Connection, state: LineState, *conditions: ColumnElement[bool]) -> bool:
    changed = connection.execute(
        update(team_log)
        .where(*conditions, team_log.c.state == LineState.SHOWN)
        .values(text="", state=state)
    )
    return bool(changed.rowcount)
