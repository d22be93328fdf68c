"""The names a file of earlier surveys uses where they differ from the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown
from monitor.inputs.signs import as_read, clean
from monitor.inputs.toml_files import parse_toml

TABLES = ("columns", "units", "answers")
MOST_ANSWER = 5


@dataclass(frozen=True)
class Names:
    """The names used in a file where they differ from the keys.

    ``columns`` maps a heading to a question's key, or to ``period`` or ``unit``; ``units`` a unit's
    name in the file to its key, ``answers`` an answer in words to its number, 0 for none. Each name
    is kept as it is read (`monitor.inputs.signs`). Whatever is not in them is called by its key.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)


def read_names(content: bytes, name: str) -> Names:
    """Read names from a TOML file with tables ``[columns]``, ``[units]`` and ``[answers]``.

    Each table may be left out.

    Raises
    ------
    InputRefused
        When it is not such a file, or two names in it read alike and stand for something else.
    """
    tables = parse_toml(content, name)
    if not all(key in TABLES and _fits(key, table) for key, table in tables.items()):
        raise InputRefused("history.map_shape", name=shown(name))
    columns, units, answers = (_table(tables.get(key, {}), name) for key in TABLES)
    return Names(
        {heading: clean(key) for heading, key in columns.items()},
        {unit: clean(key) for unit, key in units.items()},
        answers,
    )


def _fits(key: str, table: object) -> bool:
    if not isinstance(table, dict):
        return False
    if key == "answers":
        return all(type(value) is int and 0 <= value <= MOST_ANSWER for value in table.values())
    return all(isinstance(value, str) for value in table.values())


def _table(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The table, its names as they are read."""
    read: dict[str, Any] = {}
    for key, value in table.items():
        if read.setdefault(as_read(key), value) != value:
            raise InputRefused("history.map_alike", name=shown(name), value=shown(key))
    return read
