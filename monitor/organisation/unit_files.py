"""Reading the files of an organisation: the tree, the members, and how many people to invite.

A file is accepted as a whole or refused with every fault and its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from monitor.errors import InputRefused
from monitor.inputs.addresses import clean_address, is_address
from monitor.inputs.file_faults import Link, faults_between, refused, shown
from monitor.inputs.table_files import Columns, Row, has_column, read_table, repeated_lines
from monitor.locale import Phrase
from monitor.organisation.tree import Tree, Unit, build
from monitor.organisation.tree_cells import alike_faults, unit_faults
from monitor.organisation.unit_names import UnitFinder

MOST_UNITS = 5_000
MOST_PEOPLE = 5_000
"""The most people one unit can be given codes for."""
Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Member:
    """A person the app mails an invitation to; never joined to a ballot or an answer."""

    email: str
    unit: str


@dataclass(frozen=True, slots=True)
class Noted(Generic[Content]):
    """What was read from a file, and notes for people on how it was read."""

    content: Content
    notes: tuple[Phrase, ...]


def read_tree(content: bytes, name: str) -> Tree:
    """The tree in a file, as :func:`read_noted_tree` reads it."""
    return read_noted_tree(content, name).content


def read_noted_tree(content: bytes, name: str) -> Noted[Tree]:
    """The tree from a file with columns ``unit``, ``parent`` and optionally ``name``.

    The top has an empty ``parent``. Without a ``name`` column a unit is called by its key.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line.
    """
    table = read_table(content, name, Columns(("unit", "parent"), ("name",)), MOST_UNITS)
    rows = table.rows
    named = has_column(rows, "name")
    faults = [fault for row in rows for fault in unit_faults(row, named)]
    faults.extend(alike_faults(rows))
    if faults:
        # Faults between the rows are added, so that all can be mended at once.
        links = [Link(r.line, r.cells["unit"], r.cells["parent"] or None) for r in rows]
        raise refused(name, faults + faults_between([link for link in links if link.key]))
    units = [
        Unit(
            row.cells["unit"], row.cells["parent"] or None, row.cells.get("name", row.cells["unit"])
        )
        for row in rows
    ]
    return Noted(build(units, [row.line for row in rows], name), table.notes)


def read_members(content: bytes, name: str, tree: Tree) -> tuple[Member, ...]:
    """The members in a file, as :func:`read_noted_members` reads them."""
    return read_noted_members(content, name, tree).content


def read_noted_members(content: bytes, name: str, tree: Tree) -> Noted[tuple[Member, ...]]:
    """The members from a file with columns ``email`` and ``unit``, in the file's order.

    Each address may occur once, whatever its case. A unit is an open one of `tree`, by its key or
    by its name where only one has it.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line, but no address.
    """
    table = read_table(content, name, Columns(("email", "unit")))
    rows, finder = table.rows, UnitFinder.of(tree)
    doubles = repeated_lines(rows, lambda row: clean_address(row.cells["email"]))
    members: list[Member] = []
    faults: list[InputRefused] = []
    for row in rows:
        email, unit = clean_address(row.cells["email"]), finder.find(row.line, row.cells["unit"])
        if not is_address(email):
            faults.append(InputRefused("members.email", line=row.line))
        elif row.line in doubles:
            faults.append(InputRefused("members.double", line=row.line, first=doubles[row.line]))
        if isinstance(unit, InputRefused):
            faults.append(unit)
        else:
            members.append(Member(email, unit))
    if not rows:
        faults.append(InputRefused("members.empty"))
    if faults:
        raise refused(name, faults)
    return Noted(tuple(members), table.notes)


def read_counts(content: bytes, name: str, tree: Tree) -> dict[str, int]:
    """The counts in a file, as :func:`read_noted_counts` reads them."""
    return read_noted_counts(content, name, tree).content


def read_noted_counts(content: bytes, name: str, tree: Tree) -> Noted[dict[str, int]]:
    """How many people to invite per unit, from a file with columns ``unit`` and ``count``.

    Units with 0 are left out; each unit may occur once, and is found as for members.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line.
    """
    table = read_table(content, name, Columns(("unit", "count")))
    rows, finder = table.rows, UnitFinder.of(tree)
    units = {row.line: finder.find(row.line, row.cells["unit"]) for row in rows}
    doubles = repeated_lines(rows, _unit_of(units))
    counts: dict[str, int] = {}
    faults: list[InputRefused] = []
    for row in rows:
        unit, count = units[row.line], row.cells["count"]
        if isinstance(unit, InputRefused):
            faults.append(unit)
        if row.cells["unit"] and row.line in doubles:
            cell, first = shown(row.cells["unit"]), doubles[row.line]
            faults.append(
                InputRefused("organisation.double", line=row.line, unit=cell, first=first)
            )
        if not re.fullmatch("[0-9]{1,4}", count) or int(count) > MOST_PEOPLE:
            faults.append(
                InputRefused("counts.number", line=row.line, count=shown(count), most=MOST_PEOPLE)
            )
        elif int(count) and isinstance(unit, str):
            counts[unit] = int(count)
    if not counts and not faults:
        faults.append(InputRefused("counts.empty"))
    if faults:
        raise refused(name, faults)
    return Noted(counts, (*table.notes, *_subtotals(counts, tree)))


def _subtotals(counts: dict[str, int], tree: Tree) -> Iterator[Phrase]:
    """Units with as many people as all units beneath them together: a sum rather than a number."""
    for unit, count in counts.items():
        beneath = [counts[key] for key in tree.beneath(unit) if key != unit and key in counts]
        children = [counts[key] for key in tree.children(unit) if key in counts]
        if count in {sum(beneath), sum(children)} and len(beneath) > 1:
            yield Phrase("counts.subtotal", unit=shown(tree.get(unit).name), count=count)


def _unit_of(units: dict[int, str | InputRefused]) -> Callable[[Row], str]:
    """A function from a row to what rows of one unit share: its key, or an unknown cell itself."""

    def shared(row: Row) -> str:
        unit = units[row.line]
        return unit if isinstance(unit, str) else row.cells["unit"]

    return shared
