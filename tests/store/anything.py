"""Rows for every table, made up from the models, so that no table can be forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    insert,
)

from monitor.store import transfer

ROWS = 7
MADE: dict[type, Callable[[int], Any]] = {
    Boolean: lambda number: number % 2 == 1,
    Date: lambda number: date(2026, 11, 3) + timedelta(number),
    Float: lambda number: number / 7,
    Integer: lambda number: number * 1_000_003,
    LargeBinary: lambda number: bytes([number, 0, 255, 39]) * 4,
    JSON: lambda number: {"z": [number, "é"], "a": {"b": None, "c": 1.5, "waar": True}},
}
"""A value for each type of column, the same for the same row; any other column gets text."""


def fill_everything(connection: Connection) -> int:
    """Store some rows in every table; returns how many."""
    count = 0
    for table in transfer.tables():
        rows = [_row(table, number) for number in range(ROWS)]
        connection.execute(insert(table), rows)
        count += len(rows)
    return count


def _row(table: Table, number: int) -> dict[str, Any]:
    allowed = _allowed(table)
    row = {}
    for column in table.columns:
        if column is table.autoincrement_column:
            row[column.name] = 10 * (number + 1)
        elif column.name in allowed:
            row[column.name] = allowed[column.name][number % len(allowed[column.name])]
        else:
            row[column.name] = _value(_meant(column), number)
    return row


def _meant(column: Column[Any]) -> Column[Any]:
    """The column that `column` refers to in the end; a row refers to the row with its number."""
    for key in column.foreign_keys:
        return _meant(key.column) if key.column is not column else column
    return column


def _value(column: Column[Any], number: int) -> Any:
    for kind, make in MADE.items():
        if isinstance(column.type, kind):
            return make(number)
    return f"{number}é' \\{column.name}"[: getattr(column.type, "length", None) or 40]


def _allowed(table: Table) -> dict[str, list[str]]:
    allowed: dict[str, list[str]] = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            match = re.fullmatch(r"(\w+) IN \((.*)\)", str(constraint.sqltext))
            assert match, f"{table.name}: say here what {constraint.sqltext} allows"
            allowed[match[1]] = re.findall(r"'(.*?)'", match[2])
    return allowed
