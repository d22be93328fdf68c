"""What has to be in place before the first round may open, and what is wise to have.

People may be asked how they are only where they can also turn to somebody, and where those who
speak for them have agreed. Once a round has opened the list has done its work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.klaagmuur import contacts, luisteraars, readers
from monitor.klaagmuur.help import Need
from monitor.organisation import profile
from monitor.organisation.register import current_tree
from monitor.pulse.rounds import rounds


class Item(StrEnum):
    """One thing on the list, in the order in which it is done."""

    NAME = "name"
    TREE = "tree"
    LUISTERAAR = "luisteraar"
    HELP = "help"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing, and whether it is there."""

    item: Item
    done: bool


def checks(context: AppContext, today: date) -> tuple[Check, ...]:
    """The whole list as it stands."""
    known = luisteraars.everyone(context.engine)
    done = {
        Item.NAME: bool(context.settings.organisation_name or profile.name(context.engine)),
        Item.TREE: bool(current_tree(context.engine).open_units),
        Item.LUISTERAAR: bool(readers.active(known, today)),
        Item.HELP: not lacking_help(context),
        Item.CONSENT: profile.consent(context.engine) is not None,
    }
    return tuple(Check(item, done[item]) for item in Item)


def lacking_help(context: AppContext) -> tuple[Need, ...]:
    """The needs for which the organisation has no signpost of its own yet."""
    try:
        shown = contacts.current(context.engine, context.settings.help_file)
    except InputRefused:
        return tuple(Need)
    return contacts.lacking(shown)


def is_over(context: AppContext) -> bool:
    """Whether a round was ever opened: the list then holds nobody up any more."""
    return bool(rounds.all_rounds(context.engine))


def missing(context: AppContext, today: date) -> tuple[Item, ...]:
    """What still stands in the way of the first round; nothing once there has been one."""
    if is_over(context):
        return ()
    return tuple(check.item for check in checks(context, today) if not check.done)


def require(context: AppContext, today: date) -> None:
    """Refuse to go on while something is missing.

    Raises
    ------
    RoundRefused
        Naming how many things are missing and which is the first.
    """
    left = missing(context, today)
    if left:
        raise RoundRefused(f"checklist.missing.{left[0]}", count=len(left))
