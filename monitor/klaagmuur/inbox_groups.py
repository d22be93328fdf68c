"""How the inbox is sorted: who waits for an answer, what needs none, and what is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from monitor.klaagmuur.content import Author, Intention
from monitor.klaagmuur.reading import VentThread
from monitor.organisation import workdays
from monitor.organisation.workdays import Workday


class Group(StrEnum):
    """A part of the list, in the order in which they are shown."""

    WAITING = "waiting"
    READ = "read"
    DONE = "done"


WISHES = (Intention.TALK, Intention.REPLY, Intention.SAY)
"""Who wants to talk comes first."""


def group_of(letter: VentThread) -> Group:
    """The part of the list a message belongs to.

    It waits when its writer wants an answer and has none, or wrote the last word of the
    conversation; who only wanted to say it and was not answered does not wait.
    """
    if letter.handled:
        return Group.DONE
    if letter.notes:
        waits = letter.notes[-1].by is Author.SENDER
    else:
        waits = letter.vent.intention is not Intention.SAY
    return Group.WAITING if waits else Group.READ


def grouped(letters: Iterable[VentThread]) -> Mapping[Group, tuple[VentThread, ...]]:
    """The messages per group: those that wait by wish and then by day, the others newest first."""
    parts: dict[Group, list[VentThread]] = {group: [] for group in Group}
    for letter in letters:
        parts[group_of(letter)].append(letter)
    parts[Group.WAITING].sort(
        key=lambda each: (WISHES.index(each.vent.intention), since(each), each.id)
    )
    for group in (Group.READ, Group.DONE):
        parts[group].sort(key=lambda each: (not each.unread, -since(each).toordinal(), each.id))
    return {group: tuple(part) for group, part in parts.items()}


def since(letter: VentThread) -> date:
    """The day of the last word of its writer."""
    days = [note.day for note in letter.notes if note.by is Author.SENDER]
    return days[-1] if days else letter.day


def answer_by(letter: VentThread, reply_days: int, works: Workday) -> date:
    """The day by which its writer may expect an answer, in working days from the last word."""
    return workdays.after(since(letter), reply_days, works)
