"""Reading the files of an organisation: the tree, the members, and how many people to invite.

A file is accepted as a whole or refused with every fault and its line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.errors import InputRefused
from monitor.inputs.addresses import clean_address, is_address
from monitor.inputs.file_faults import Link, faults_between, refused, shown
from monitor.inputs.table_files import Columns, Row, has_column, read_table, repeated_lines
from monitor.organisation.tree import Tree, Unit, build

MOST_UNITS = 5_000
MOST_PEOPLE = 5_000
"""The most people one unit can be given codes for."""
LONGEST_KEY = 64
LONGEST_NAME = 120

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"  # the wide forms too: some spreadsheets run them


@dataclass(frozen=True, slots=True)
class Member:
    """A person the app mails an invitation to; never joined to a ballot or an answer."""

    email: str
    unit: str


def read_tree(content: bytes, name: str) -> Tree:
    """The tree from a file with columns ``unit``, ``parent`` and optionally ``name``.

    The top has an empty ``parent``. Without a ``name`` column a unit is called by its key.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line.
    """
    rows = read_table(content, name, Columns(("unit", "parent"), ("name",)), MOST_UNITS)
    named = has_column(rows, "name")
    faults = [fault for row in rows for fault in _unit_faults(row, named)]
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
    return build(units, [row.line for row in rows], name)


def read_members(content: bytes, name: str, tree: Tree) -> tuple[Member, ...]:
    """The members from a file with columns ``email`` and ``unit``, in the file's order.

    Each address may occur once, whatever its case; each unit must be open in `tree`.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line, but no address.
    """
    rows = read_table(content, name, Columns(("email", "unit")))
    members = [Member(clean_address(row.cells["email"]), row.cells["unit"]) for row in rows]
    doubles = repeated_lines(rows, lambda row: clean_address(row.cells["email"]))
    faults: list[InputRefused] = []
    for row, member in zip(rows, members, strict=True):
        if not is_address(member.email):
            faults.append(InputRefused("members.email", line=row.line))
        elif row.line in doubles:
            first = doubles[row.line]
            faults.append(InputRefused("members.double", line=row.line, first=first))
        faults.extend(open_unit_faults(row, tree))
    if not rows:
        faults.append(InputRefused("members.empty"))
    if faults:
        raise refused(name, faults)
    return tuple(members)


def read_counts(content: bytes, name: str, tree: Tree) -> dict[str, int]:
    """How many people to invite per unit, from a file with columns ``unit`` and ``count``.

    Units with 0 are left out; each unit may occur once and must be open in `tree`.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line.
    """
    rows = read_table(content, name, Columns(("unit", "count")))
    doubles = repeated_lines(rows, lambda row: row.cells["unit"])
    counts: dict[str, int] = {}
    faults: list[InputRefused] = []
    for row in rows:
        unit, count = row.cells["unit"], row.cells["count"]
        faults.extend(open_unit_faults(row, tree))
        if unit and row.line in doubles:
            first = doubles[row.line]
            faults.append(
                InputRefused("organisation.double", line=row.line, unit=shown(unit), first=first)
            )
        if not re.fullmatch("[0-9]{1,4}", count) or int(count) > MOST_PEOPLE:
            faults.append(
                InputRefused("counts.number", line=row.line, count=shown(count), most=MOST_PEOPLE)
            )
        elif int(count):
            counts[unit] = int(count)
    if not counts and not faults:
        faults.append(InputRefused("counts.empty"))
    if faults:
        raise refused(name, faults)
    return counts


def _unit_faults(row: Row, named: bool) -> Iterable[InputRefused]:
    yield from _cell_faults(row, "unit", LONGEST_KEY)
    if row.cells["parent"]:
        yield from _cell_faults(row, "parent", LONGEST_KEY)
    if named:
        yield from _cell_faults(row, "name", LONGEST_NAME)


def _cell_faults(row: Row, column: str, longest: int) -> Iterable[InputRefused]:
    value = row.cells[column]
    if not value:
        yield InputRefused("file.blank", line=row.line, column=column)
    elif len(value) > longest:
        yield InputRefused("file.too_long", line=row.line, column=column, most=longest)
    elif any(unicodedata.category(character) in _INVISIBLE for character in value):
        yield InputRefused("file.invisible", line=row.line, column=column, value=shown(value))
    elif value[0] in _FORMULA:
        yield InputRefused("file.formula", line=row.line, column=column, value=shown(value))


def open_unit_faults(row: Row, tree: Tree) -> Iterable[InputRefused]:
    """What is wrong with the cell ``unit`` of a row: it must name an open unit of `tree`."""
    unit = row.cells["unit"]
    if not unit:
        yield InputRefused("file.blank", line=row.line, column="unit")
    elif unit not in tree:
        yield InputRefused("file.unit_unknown", line=row.line, unit=shown(unit))
    elif tree.get(unit).closed:
        yield InputRefused("file.unit_closed", line=row.line, unit=shown(unit))
