"""Who sees what: told from the program's own facts, so that it cannot drift from them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.access import accounts, sessions
from monitor.context import AppContext, current_context
from monitor.locale import Texts, texts
from monitor.store.engine import reading
from monitor.store.schema import metadata
from monitor.store.tables import nightly
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader

READERS = ("colleague", "leidinggevende", "beheerder", "toezicht", "luisteraar", "server")
"""Everybody a reader may wonder about, in the order of the table."""
BOXES = ("ballots", "envelopes")
LIMITS = (
    "box",
    "snapshot",
    "files",
    "mail",
    "burn",
    "list",
    "made_up",
    "moment",
    "nearly_all",
    "insider",
    "browser",
    "flash",
)
CHECKS = ("source", "tables", "toezicht", "keys", "slips")


VERSION = ("alembic_version", ("version_num",))
"""The one table that is not among ours: which changes of the store were made."""


@dataclass(frozen=True, slots=True)
class Line:
    """A column by its own name, and in words."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Described:
    """A table of the store and its columns, by their own names and in words."""

    name: str
    text: str
    columns: tuple[Line, ...]


async def show_privacy(request: Request) -> Response:
    """The page."""
    context, language = current_context(), language_of(request)
    t = texts(language)
    return respond(
        request,
        "privacy.html",
        minimum=context.settings.minimum,
        readers=READERS,
        tables=described(t),
        limits=LIMITS,
        checks=CHECKS,
        box=await run_reader(_box, context),
        idle_minutes=sessions.IDLE // 60,
        longest_hours=sessions.LONGEST // 3600,
        link_hours=accounts.LINK_HOURS,
    )


def described(t: Texts) -> tuple[Described, ...]:
    """Every table of the store; one that has no words yet still shows by its own name."""
    ours = ((table.name, table.columns.keys()) for table in metadata.tables.values())
    return tuple(
        Described(
            name,
            _words(t, f"privacy.table.{name}", ""),
            tuple(_column(t, name, column) for column in columns),
        )
        for name, columns in (*ours, VERSION)
    )


def _column(t: Texts, table: str, column: str) -> Line:
    general = _words(t, f"privacy.column.{column}", "")
    return Line(column, _words(t, f"privacy.column.{table}.{column}", general))


def _words(t: Texts, key: str, otherwise: str) -> str:
    return t(key) if t.has(key) else otherwise


def _box(context: AppContext) -> dict[str, str]:
    """What was noted of the box last night, by name; empty when no round is open."""
    with reading(context.engine) as connection:
        rows = connection.execute(select(nightly.c.name, nightly.c.value)).all()
    return {row.name: row.value for row in rows if row.name in BOXES}


routes = [Route("/privacy", show_privacy, methods=["GET"])]
