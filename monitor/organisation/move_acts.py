"""Moving a unit, as an act that toezicht confirms where it gives somebody another's history.

Who leads the unit above sees every sealed month of what is beneath it today. A move, be it for a
minute, gives its new leidinggevende all months of before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from monitor.access import act_kinds, pending_acts
from monitor.access.act_kinds import Act, ActKind, Payload
from monitor.access.roles import Role
from monitor.errors import InputRefused
from monitor.organisation import edits, register
from monitor.organisation.tree import Tree
from monitor.store.tables import account_role


def move(key: str, parent: str) -> Act:
    """Moving the unit, with all beneath it, beneath another parent."""
    return Act(MOVE, key, {"key": key, "parent": parent})


def gained(before: Tree, after: Tree, led: Iterable[str]) -> tuple[str, ...]:
    """The units of `before` that come beneath a unit somebody leads, and were not; in tree order.

    Parameters
    ----------
    led
        The units that somebody leads.
    """
    new: set[str] = set()
    for unit in set(led):
        if unit in after:
            led_before = set(before.beneath(unit)) if unit in before else set()
            new |= {key for key in after.beneath(unit) if key in before and key not in led_before}
    return tuple(unit.key for unit in after.units if unit.key in new)


def refuse_gains(connection: Connection, before: Tree, after: Tree) -> None:
    """Refuse a whole new tree in which somebody gets another's history.

    Raises
    ------
    InputRefused
        Naming the first such unit: it can be moved by hand, which toezicht confirms.
    """
    units = gained(before, after, _led(connection))
    if units and pending_acts.oversight(connection).any_round:
        name = after.get(units[0]).name
        raise InputRefused("org.gives_history", name=name, count=len(units))


def _check(connection: Connection, payload: Payload, _actor: str) -> None:
    edits.moved(register.stored_tree(connection), payload["key"], payload["parent"])


def _do(connection: Connection, payload: Payload, actor: str, now: datetime) -> None:
    edit = partial(edits.moved, key=payload["key"], parent=payload["parent"])
    what = f"move {payload['key']}: {payload['parent']}"
    register.edit_stored(connection, edit, what, actor, now)


def _gives_nobody_history(connection: Connection, payload: Payload) -> bool:
    if not pending_acts.oversight(connection).any_round:
        return True  # there is none yet
    before = register.stored_tree(connection)
    after = edits.moved(before, payload["key"], payload["parent"])
    return not gained(before, after, _led(connection))


def _led(connection: Connection) -> frozenset[str]:
    leading = account_role.c.role == Role.LEIDINGGEVENDE.value
    return frozenset(connection.scalars(select(account_role.c.unit).where(leading)))


MOVE = act_kinds.register(ActKind("organisation.move", _check, _do, _gives_nobody_history))
