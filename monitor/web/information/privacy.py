"""Who sees what and what is stored, from the program's own facts so that it cannot drift."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.access import accounts, sessions
from monitor.context import current_context
from monitor.locale import Texts
from monitor.store.description import columns_by_table
from monitor.web.http.language import texts_of
from monitor.web.http.pages import respond

READERS = ("colleague", "leidinggevende", "beheerder", "toezicht", "luisteraar", "server")
"""Everybody who might read something, in the order in which the page tells about them."""
LIMITS = (
    "box",
    "snapshot",
    "files",
    "mail",
    "burn",
    "list",
    "made_up",
    "two_people",
    "moment",
    "nearly_all",
    "insider",
    "browser",
    "flash",
)
CHECKS = ("source", "tables", "toezicht", "keys", "slips")


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """A column by its own name, and in words."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table of the store and its columns, by their own names and in words."""

    name: str
    text: str
    columns: tuple[ColumnDescription, ...]


async def show_privacy(request: Request) -> Response:
    """The page."""
    context = current_context()
    return respond(
        request,
        "privacy.html",
        minimum=context.settings.minimum,
        readers=READERS,
        tables=describe_tables(texts_of(request)),
        limits=LIMITS,
        checks=CHECKS,
        idle_minutes=sessions.IDLE // 60,
        longest_hours=sessions.LONGEST // 3600,
        link_hours=accounts.LINK_HOURS,
    )


def describe_tables(t: Texts) -> tuple[TableDescription, ...]:
    """Every table of the store; one that has no words yet is still shown by its own name."""
    return tuple(
        TableDescription(
            table,
            _words(t, f"privacy.table.{table}", ""),
            tuple(_describe_column(t, table, column) for column in columns),
        )
        for table, columns in columns_by_table().items()
    )


def _describe_column(t: Texts, table: str, column: str) -> ColumnDescription:
    general = _words(t, f"privacy.column.{column}", "")
    return ColumnDescription(column, _words(t, f"privacy.column.{table}.{column}", general))


def _words(t: Texts, key: str, default: str) -> str:
    return t(key) if t.has(key) else default


routes = [Route("/privacy", show_privacy, methods=["GET"])]
