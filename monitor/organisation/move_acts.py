"""Moving a unit: toezicht confirms it where the move shows somebody a history they could not see.

Whoever leads a unit sees every sealed month of the units that are beneath it today. Even a move of
a minute would give the new leidinggevende all earlier months. And the direct leidinggevende reads
what staff said of their own leidinggevende: a move can make somebody the direct one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from monitor.access import account_acts, act_kinds, own_units, pending_acts
from monitor.access.act_kinds import Act, ActKind, Payload
from monitor.access.pending_acts import PendingAct
from monitor.errors import InputRefused
from monitor.organisation import edits, register
from monitor.organisation.tree import Tree


def move(key: str, parent: str) -> Act:
    """Moving the unit, with all beneath it, beneath another parent."""
    return Act(MOVE, key, {"key": key, "parent": parent})


def gained(
    before: Tree, after: Tree, led: Iterable[str], to_be_led: Iterable[str] = ()
) -> tuple[str, ...]:
    """The units of `before` of which a leidinggevende sees more in `after`, in tree order.

    They come beneath a unit that somebody leads and were not, or another unit than before is the
    nearest one above them that somebody leads.

    Parameters
    ----------
    led
        The units that somebody leads.
    to_be_led
        Those that somebody will lead once it is confirmed.
    """
    new: set[str] = set()
    leading = frozenset(led)
    for unit in leading | frozenset(to_be_led):
        if unit in after:
            led_before = set(before.beneath(unit)) if unit in before else set()
            new |= {key for key in after.beneath(unit) if key in before and key not in led_before}
    for unit in (each.key for each in after.units if each.key in before):
        nearest = own_units.nearest(unit, after, leading)
        if nearest is not None and nearest != own_units.nearest(unit, before, leading):
            new.add(unit)
    return tuple(unit.key for unit in after.units if unit.key in new)


def refuse_gains(connection: Connection, before: Tree, after: Tree) -> None:
    """Refuse a whole new tree in which somebody gets another's history.

    Raises
    ------
    InputRefused
        Naming the first such unit: it can be moved by hand, which toezicht confirms.
    """
    units = _gained(connection, before, after)
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
    return not _gained(connection, before, after)


def _gained(connection: Connection, before: Tree, after: Tree) -> tuple[str, ...]:
    """As :func:`gained`, with the roles of today and what waits to be confirmed.

    When a role or a proposal may be missing, every unit that moves.
    """
    leading, waiting = own_units.leading(connection), pending_acts.all_waiting(connection)
    if leading is None or waiting is None:
        # Whoever can write in the store may delete one for a moment, and put it back.
        both = (unit for unit in after.units if unit.key in before)
        return tuple(unit.key for unit in both if unit.parent != before.get(unit.key).parent)
    return gained(before, after, leading, _to_be_led(waiting))


def _to_be_led(waiting: Iterable[PendingAct]) -> Iterator[str]:
    """Units that somebody will lead, or lead as well, once what waits is confirmed.

    What comes beneath them meanwhile would be given along, and toezicht was not asked about it.
    """
    for act in waiting:
        if act.kind == account_acts.GIVE_ROLE.name:
            unit = account_acts.grant_of(act.payload).unit
            yield from () if unit is None else (unit,)
        elif act.kind == MOVE.name:
            yield act.payload["key"]


MOVE = act_kinds.register(ActKind("organisation.move", _check, _do, _gives_nobody_history))
