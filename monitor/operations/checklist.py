"""The checklist that must be complete before the first round may open.

People may be asked how they are only where they can also turn to somebody, and where the works
council has agreed. Once a round has been opened only what must hold before every round counts: no
account with roles that one person may not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.access import overseers
from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.klaagmuur import contacts, key_pinning, readers
from monitor.klaagmuur.help import Need
from monitor.organisation import profile
from monitor.organisation.register import current_tree
from monitor.pulse.rounds import rounds


class Item(StrEnum):
    """The things on the list, in the order in which they are done."""

    NAME = "name"
    TREE = "tree"
    TOEZICHT = "toezicht"
    LUISTERAAR = "luisteraar"
    HELP = "help"
    CONSENT = "consent"
    ROLES = "roles"


BEFORE_EVERY_ROUND = (Item.ROLES,)
"""What has to be in order before any round, not the first alone."""


@dataclass(frozen=True, slots=True)
class Check:
    """A thing on the list, and whether it is there."""

    item: Item
    done: bool


def checks(context: AppContext, today: date) -> tuple[Check, ...]:
    """The whole list, with what is done so far."""
    readers_with_key = key_pinning.everyone(context, today)
    done = {
        Item.NAME: bool(context.settings.organisation_name or profile.name(context.engine)),
        Item.TREE: bool(current_tree(context.engine).open_units),
        Item.TOEZICHT: overseers.anybody_ready(context.engine),
        Item.LUISTERAAR: bool(readers.active(readers_with_key, today)),
        Item.HELP: not needs_without_contact(context),
        Item.CONSENT: profile.consent(context.engine) is not None,
        Item.ROLES: not overseers.roles_to_split(context.engine),
    }
    return tuple(Check(item, done[item]) for item in Item)


def needs_without_contact(context: AppContext) -> tuple[Need, ...]:
    """The needs for which the organisation has no help contact of its own yet."""
    try:
        shown = contacts.current(context.engine, context.settings.help_file)
    except InputRefused:
        return tuple(Need)
    return contacts.lacking(shown)


def is_over(context: AppContext) -> bool:
    """Whether a round was ever opened, after which the checklist no longer counts."""
    return bool(rounds.all_rounds(context.engine))


def missing(context: AppContext, today: date) -> tuple[Item, ...]:
    """The things the next round waits for; after the first round those of every round only."""
    waiting = tuple(check.item for check in checks(context, today) if not check.done)
    if is_over(context):
        return tuple(item for item in waiting if item in BEFORE_EVERY_ROUND)
    return waiting


def require(context: AppContext, today: date) -> None:
    """Refuse while anything is missing.

    Raises
    ------
    RoundRefused
        With the first thing that is missing, and how many are.
    """
    items = missing(context, today)
    if items:
        raise RoundRefused(f"checklist.missing.{items[0]}", count=len(items))
