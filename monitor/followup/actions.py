"""The actions of teams, as stored. Every call that writes is one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from monitor.errors import InputRefused
from monitor.followup import texts
from monitor.followup.records import (
    MOST_OPEN,
    Action,
    ActionState,
    Answer,
    Conversation,
    Level,
    NewAction,
    Origin,
    OriginKind,
    Outcome,
    new_id,
)
from monitor.locale.formats import Month
from monitor.pulse import periods
from monitor.store import locks
from monitor.store.engine import reading, writing
from monitor.store.followup_tables import action, request_answer
from monitor.store.tables import unit as unit_table

FURTHEST_START = 12
"""Months ahead in which an action may start."""
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def add(engine: Engine, unit: str, new: NewAction, themes: Iterable[str], today: date) -> str:
    """Store a new open action of a unit; returns its random id.

    Parameters
    ----------
    themes
        Every theme there is.

    Raises
    ------
    InputRefused
        For an unknown unit, theme or kind, a start too far ahead, a text that may not be stored,
        or when the unit has two open actions.
    """
    values = _checked(new, tuple(themes), today)
    with writing(engine) as connection:
        return _insert(connection, unit, values, today)


def agree(
    engine: Engine, agreed_in: Conversation, new: NewAction, themes: Iterable[str], today: date
) -> str:
    """Store the one agreement of a conversation, which was held; returns its random id.

    Raises
    ------
    InputRefused
        As :func:`add`, and when something was agreed in that conversation already.
    """
    values = _checked(new, tuple(themes), today) | {"conversation": agreed_in.id}
    with writing(engine) as connection:
        same = select(action.c.id).where(action.c.conversation == agreed_in.id)
        locks.exclusive(connection, f"agreed {agreed_in.id}")
        if connection.execute(same).first() is not None:
            raise InputRefused("action.agreed_before")
        return _insert(connection, agreed_in.unit, values, today)


def close(engine: Engine, name: str, outcome: Outcome, why: str, today: date) -> Action:
    """Close an action, or note that it continues; returns it as it is then.

    Raises
    ------
    InputRefused
        When there is no such open action, or `why` may not be stored.
    """
    line = texts.optional(why, texts.LONGEST_TEXT, today)
    stays_open = outcome is Outcome.CONTINUES
    with writing(engine) as connection:
        changed = connection.execute(
            update(action)
            .where(action.c.id == name, action.c.state == ActionState.OPEN)
            .values(
                outcome=outcome,
                why=line,
                state=ActionState.OPEN if stays_open else ActionState.CLOSED,
                closed_on=None if stays_open else today,
            )
        )
        if changed.rowcount == 0:
            raise InputRefused("action.unknown", id=name[:40])
        return _action_named(connection, name)


def listing(engine: Engine, units: Iterable[str] | None = None) -> tuple[Action, ...]:
    """The actions of `units` (by default of all), open ones first, then the latest start first."""
    chosen = None if units is None else list(units)
    query = _query() if chosen is None else _query().where(action.c.unit.in_(chosen))
    with reading(engine) as connection:
        rows = [_action(row) for row in connection.execute(query)]
    rows.sort(key=lambda a: (a.start, a.id), reverse=True)
    return tuple(sorted(rows, key=lambda a: not a.is_open))


def get(engine: Engine, name: str) -> Action | None:
    """The action of that id."""
    with reading(engine) as connection:
        row = connection.execute(_query().where(action.c.id == name)).first()
    return _action(row) if row else None


def requests(engine: Engine) -> tuple[Action, ...]:
    """What teams ask of the organisation, in the order of `listing`."""
    return tuple(a for a in listing(engine) if a.level is Level.ORGANISATION)


def answer_request(engine: Engine, name: str, text: str, today: date) -> None:
    """Store what was decided on a request; an earlier answer is replaced.

    Raises
    ------
    InputRefused
        When there is no such request, or the text may not be stored.
    """
    line = texts.checked(text, texts.LONGEST_TEXT, today)
    with writing(engine) as connection:
        locks.exclusive(connection, f"request {name}")
        row = connection.execute(_query().where(action.c.id == name)).first()
        if row is None or row.level != Level.ORGANISATION:
            raise InputRefused("action.no_request", id=name[:40])
        connection.execute(request_answer.delete().where(request_answer.c.action == name))
        connection.execute(insert(request_answer).values(action=name, text=line, decided_on=today))


def _insert(connection: Connection, unit: str, values: dict[str, Any], today: date) -> str:
    name = new_id()
    locks.exclusive(connection, f"actions {unit}")
    unit_name = _open_unit(connection, unit)
    count = select(func.count()).where(action.c.unit == unit, action.c.state == ActionState.OPEN)
    if connection.execute(count).scalar_one() >= MOST_OPEN:
        raise InputRefused("action.too_many", unit=unit_name, most=MOST_OPEN)
    connection.execute(insert(action).values(id=name, unit=unit, created_on=today, **values))
    return name


def _checked(new: NewAction, themes: tuple[str, ...], today: date) -> dict[str, Any]:
    kind = new.kind.strip().lower().replace(" ", "_")
    if not _KIND.fullmatch(kind):
        raise InputRefused("action.kind", value=new.kind[:40])
    for theme in new.themes:
        if theme not in themes:
            raise InputRefused("action.theme", value=theme[:40], known=", ".join(themes))
    start = periods.check(new.start)
    latest = periods.shifted(periods.containing(today), FURTHEST_START)
    if start > latest:
        raise InputRefused("action.start", latest=Month(latest))
    return {
        "kind": kind,
        "level": new.level,
        "themes": list(dict.fromkeys(new.themes)),
        "title": texts.checked(new.title, texts.LONGEST_TITLE, today),
        "text": texts.optional(new.text, texts.LONGEST_TEXT, today),
        "owner_role": texts.optional(new.owner_role, texts.LONGEST_ROLE, today),
        "origin": new.origin.kind,
        "origin_period": new.origin.period,
        "origin_theme": new.origin.theme,
        "start_period": start,
        "state": ActionState.OPEN,
        "why": "",
        "look_back": new.look_back,
    }


def _open_unit(connection: Connection, unit: str) -> str:
    """The name of a unit; refused when there is none, or it is closed."""
    by_key = (unit_table.c.key == unit, unit_table.c.closed.is_(False))
    name: str | None = connection.scalar(select(unit_table.c.name).where(*by_key))
    if name is None:
        raise InputRefused("action.unit", unit=unit[:64])
    return name


def _query() -> Select[Any]:
    return select(
        action, request_answer.c.text.label("answer"), request_answer.c.decided_on
    ).select_from(action.outerjoin(request_answer, request_answer.c.action == action.c.id))


def _action_named(connection: Connection, name: str) -> Action:
    return _action(connection.execute(_query().where(action.c.id == name)).one())


def _action(row: Row[Any]) -> Action:
    return Action(
        id=row.id,
        unit=row.unit,
        kind=row.kind,
        level=Level(row.level),
        themes=tuple(row.themes),
        title=row.title,
        text=row.text,
        owner_role=row.owner_role,
        origin=Origin(OriginKind(row.origin), row.origin_period, row.origin_theme),
        start=row.start_period,
        state=ActionState(row.state),
        outcome=Outcome(row.outcome) if row.outcome else None,
        why=row.why,
        created_on=row.created_on,
        closed_on=row.closed_on,
        answer=Answer(row.answer, row.decided_on) if row.answer is not None else None,
        conversation=row.conversation,
        look_back=row.look_back,
    )
