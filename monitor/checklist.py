"""What has to be in place before the first round may open, and what is wise to have.

People may be asked how they are only where they can also turn to somebody, and where those who
speak for them have agreed. Once a round has opened the list has done its work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.errors import InputRefused, RoundRefused
from monitor.klaagmuur import contacts, luisteraars, readers
from monitor.klaagmuur.help import Need
from monitor.organisation import facts
from monitor.organisation.register import current_tree
from monitor.pulse import rounds
from monitor.wiring import House


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


def checks(house: House, today: date) -> tuple[Check, ...]:
    """The whole list as it stands."""
    known = luisteraars.everyone(house.engine)
    done = {
        Item.NAME: bool(house.settings.organisation_name or facts.name(house.engine)),
        Item.TREE: bool(current_tree(house.engine).open_units),
        Item.LUISTERAAR: bool(readers.active(known, today)),
        Item.HELP: not lacking_help(house),
        Item.CONSENT: facts.consent(house.engine) is not None,
    }
    return tuple(Check(item, done[item]) for item in Item)


def lacking_help(house: House) -> tuple[Need, ...]:
    """The needs for which the organisation has no signpost of its own yet."""
    try:
        return contacts.lacking(contacts.current(house.engine))
    except InputRefused:
        return tuple(Need)


def is_over(house: House) -> bool:
    """Whether a round was ever opened: the list then holds nobody up any more."""
    return bool(rounds.all_rounds(house.engine))


def missing(house: House, today: date) -> tuple[Item, ...]:
    """What still stands in the way of the first round; nothing once there has been one."""
    if is_over(house):
        return ()
    return tuple(check.item for check in checks(house, today) if not check.done)


def require(house: House, today: date) -> None:
    """Refuse to go on while something is missing.

    Raises
    ------
    RoundRefused
        Naming how many things are missing and which is the first.
    """
    left = missing(house, today)
    if left:
        raise RoundRefused(f"checklist.missing.{left[0]}", count=len(left))
