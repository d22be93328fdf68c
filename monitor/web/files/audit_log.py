"""The log of changes to the set-up as a file: for those who may read it."""

from __future__ import annotations

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from monitor.access.roles import Permission
from monitor.context import AppContext
from monitor.inputs.csv_text import Rows, defused, excel_csv
from monitor.store import audit
from monitor.store.audit import VIEWS, Selection
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.http.language import language_of, texts_of
from monitor.web.http.threads import run_reader

COLUMNS = ("when", "who", "what", "detail")


async def download_log(permitted: PermittedRequest) -> Response:
    """The changes of ``?soort=`` from ``?van=`` to ``?tot=``, newest first, as a spreadsheet."""
    request = permitted.request
    selection = Selection(
        request.query_params.get("soort", "all"),
        _day(request.query_params.get("van", "")),
        _day(request.query_params.get("tot", "")),
    )
    if selection.view not in VIEWS:
        raise HTTPException(404)
    rows = await run_reader(_rows, permitted.context, selection)
    t = texts_of(request)
    headings = tuple(t(f"log.{column}") for column in COLUMNS)
    content = excel_csv(headings, rows, language_of(request).code)
    disposition = 'attachment; filename="logboek.csv"'
    headers = {"content-type": "text/csv; charset=utf-8", "content-disposition": disposition}
    return Response(content, headers=headers)


def _rows(context: AppContext, selection: Selection) -> Rows:
    return [
        [defused(cell) for cell in (entry.at.isoformat(), entry.actor, entry.action, entry.detail)]
        for entry in audit.entries(context.engine, None, selection)
    ]


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise HTTPException(404) from None


routes = [
    Route(
        "/bestanden/logboek.csv",
        require_permission(Permission.READ_AUDIT, download_log),
        methods=["GET"],
    )
]
