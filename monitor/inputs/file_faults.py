"""The faults of a file, each a sentence with its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.errors import FileRefused, InputRefused

MOST_FAULTS = 50
"""Faults named in a refusal; further ones are counted."""


class Link(NamedTuple):
    """One line of a tree: a unit and the unit above it (None at the top)."""

    line: int
    key: str
    parent: str | None


def shown(value: str, most: int = 40) -> str:
    """A value from a file as a sentence may repeat it: short, and without what does not print."""
    clean = "".join(c if c.isprintable() else "\ufffd" for c in value[: most + 1])
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def refused(name: str, faults: Sequence[InputRefused]) -> FileRefused:
    """The refusal of a whole file, its faults in the order of their lines."""
    in_order = sorted(faults, key=lambda fault: int(str(fault.words.get("line", 0))))
    named = in_order[:MOST_FAULTS]
    if len(in_order) > len(named):
        named.append(InputRefused("file.more_faults", count=len(in_order) - len(named)))
    return FileRefused("file.refused", tuple(named), name=shown(name), count=len(in_order))


def faults_between(links: Sequence[Link]) -> list[InputRefused]:
    """Why `links` are not one tree: doubles, orphans, cycles, no top or more than one."""
    if not links:
        return [InputRefused("organisation.empty")]
    first: dict[str, Link] = {}
    faults = [
        InputRefused(
            "organisation.double", line=link.line, unit=shown(link.key), first=first[link.key].line
        )
        for link in links
        if first.setdefault(link.key, link) is not link
    ]
    faults.extend(_tops(links))
    faults.extend(
        InputRefused(
            "organisation.orphan",
            line=link.line,
            unit=shown(link.key),
            parent=shown(link.parent),
        )
        for link in links
        if link.parent is not None and link.parent not in first
    )
    faults.extend(_cycle(cycle) for cycle in _cycles(first))
    return faults


def _tops(links: Sequence[Link]) -> Iterable[InputRefused]:
    tops = [link for link in links if link.parent is None]
    if not tops:
        yield InputRefused("organisation.no_top")
    for other in tops[1:]:
        yield InputRefused(
            "organisation.second_top",
            line=other.line,
            unit=shown(other.key),
            first=tops[0].line,
            top=shown(tops[0].key),
        )


def _cycle(links: Sequence[Link]) -> InputRefused:
    start = min(links)
    if len(links) == 1:
        return InputRefused("organisation.own_parent", line=start.line, unit=shown(start.key))
    at = links.index(start)
    names = [shown(link.key) for link in (*links[at:], *links[:at], start)]
    if len(names) > 7:
        names[4:-2] = ["…"]
    return InputRefused("organisation.cycle", line=start.line, units=" → ".join(names))


def _cycles(links: dict[str, Link]) -> Iterable[list[Link]]:
    """Each cycle of units that lie beneath one another, once."""
    reached_from: dict[str, str] = {}  # by key, the key from which it was first reached
    for start in links:
        path: list[Link] = []
        key: str | None = start
        while key in links and key not in reached_from:
            reached_from[key] = start
            path.append(links[key])
            key = links[key].parent
        if key in links and reached_from[key] == start:
            first = next(i for i, link in enumerate(path) if link.key == key)
            yield path[first:]
