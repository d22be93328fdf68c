"""The agenda of a conversation in minutes: pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.followup.content_file import Text
from monitor.followup.methods import Method

OPEN_MINUTES = 3
"""For what was agreed before and is still open: it comes first, and the longest step gives way."""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A part of the agenda, from minute `start` up to `end`.

    ``title`` and ``text`` are None for the part about what was agreed before.
    """

    start: int
    end: int
    title: Text | None
    text: Text | None

    @property
    def is_open_actions(self) -> bool:
        """Whether this is the part about what was agreed before."""
        return self.title is None


def agenda(method: Method, minutes: int, *, has_open_actions: bool) -> tuple[AgendaItem, ...]:
    """The steps of a method over `minutes`, with open agreements first after the opening.

    In a longer or shorter conversation every step keeps its share, and lasts a minute at least.
    """
    lengths = stretched([step.minutes for step in method.steps], minutes)
    parts: list[tuple[int, Text | None, Text | None]] = [
        (length, step.title, step.text) for length, step in zip(lengths, method.steps, strict=True)
    ]
    longest = max(range(len(parts)), key=lambda place: parts[place][0])
    if has_open_actions and parts[longest][0] > OPEN_MINUTES:
        length, title, text = parts[longest]
        parts[longest] = (length - OPEN_MINUTES, title, text)
        parts.insert(min(1, longest), (OPEN_MINUTES, None, None))
    items, start = [], 0
    for length, title, text in parts:
        items.append(AgendaItem(start, start + length, title, text))
        start += length
    return tuple(items)


def stretched(lengths: Sequence[int], total: int) -> list[int]:
    """`lengths` in the same proportions, adding up to `total`, each at least 1.

    Largest remainders; a total smaller than the number of steps gives 1 each.
    """
    whole = sum(lengths)
    exact = [length * total / whole for length in lengths]
    result = [max(1, int(share)) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: exact[n] - int(exact[n]), reverse=True)
    for place in by_remainder:
        if sum(result) < total:
            result[place] += 1
    while sum(result) > max(total, len(result)):
        result[result.index(max(result))] -= 1
    return result
