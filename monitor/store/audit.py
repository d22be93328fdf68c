"""The audit log: who changed the set-up (accounts, organisation, rounds), and when.

It is a table for the beheerder and for oversight, not a log file. Nothing a colleague does is
ever in it, and no passphrase, code or token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, or_, select

from monitor.clock import AMSTERDAM, local_day
from monitor.store.engine import reading
from monitor.store.tables import audit

LONGEST_DETAIL = 400
VIEWS: dict[str, tuple[str, ...]] = {
    "all": ("",),
    "accounts": ("account.", "act."),
    "codes": ("round.invite", "round.replace", "round.remind"),
    "closings": ("round.open", "round.close", "round.abandon", "round.incomplete", "round.accept_"),
    "keys": ("luisteraar.", "klaagmuur.", "backup.", "store."),
    "mail": ("mail.",),
    "setup": (
        "organisation.",
        "members.",
        "preferences.",
        "help.",
        "history.",
        "results_link.",
        "installation.",
        "questionnaire.",
        "clock.",
    ),
}
"""The views of the log, with the beginnings of the actions each of them shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, by whom (an e-mail address or ``cli``), what, to what."""

    at: datetime
    actor: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which changes are asked for: a view, and days in Dutch time, the first and last included."""

    view: str = "all"
    first: date | None = None
    last: date | None = None

    def holds(self) -> ColumnElement[bool]:
        """The condition for the rows of the table."""
        begins = VIEWS.get(self.view, VIEWS["all"])
        conditions = [or_(*(audit.c.action.startswith(name, autoescape=True) for name in begins))]
        if self.first is not None:
            conditions.append(audit.c.at >= _start_of(self.first))
        if self.last is not None and self.last < date.max:
            conditions.append(audit.c.at < _start_of(self.last + timedelta(days=1)))
        return and_(*conditions)


def note(connection: Connection, actor: str, action: str, detail: str, now: datetime) -> None:
    """Log one change, in the transaction that makes it."""
    connection.execute(
        insert(audit).values(
            at=int(now.timestamp()), actor=actor, action=action, detail=detail[:LONGEST_DETAIL]
        )
    )


def days(engine: Engine, *actions: str) -> dict[str, date]:
    """The day of the last of these actions, by its detail."""
    rows = select(audit.c.detail, audit.c.at).where(audit.c.action.in_(actions))
    with reading(engine) as connection:
        ordered = connection.execute(rows.order_by(audit.c.at)).all()
    return {row.detail: local_day(datetime.fromtimestamp(row.at, UTC)) for row in ordered}


def count(engine: Engine, selection: Selection) -> int:
    """How many changes a selection has."""
    with reading(engine) as connection:
        return connection.execute(
            select(func.count()).select_from(audit).where(selection.holds())
        ).scalar_one()


def entries(
    engine: Engine, limit: int | None = 200, selection: Selection | None = None, skipped: int = 0
) -> tuple[Entry, ...]:
    """The last `limit` changes of a selection, newest first, after the `skipped` newest of them."""
    chosen = (selection or Selection()).holds()
    newest = select(audit).where(chosen).order_by(audit.c.at.desc(), audit.c.id.desc())
    newest = newest.limit(limit).offset(skipped)
    with reading(engine) as connection:
        return tuple(
            Entry(datetime.fromtimestamp(row.at, UTC), row.actor, row.action, row.detail)
            for row in connection.execute(newest)
        )


def _start_of(day: date) -> int:
    """The first second of a day in Dutch time."""
    return int(datetime.combine(day, time(), AMSTERDAM).timestamp())
