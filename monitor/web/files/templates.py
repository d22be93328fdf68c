"""Templates of the files that come in: the right headings, in the language of the page."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from monitor.access.roles import Permission
from monitor.inputs.csv_text import Rows, excel_csv
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.http.language import language_of, texts_of
from monitor.web.http.threads import run_reader

COLUMNS = {
    "organisatie": ("unit", "parent", "name"),
    "leden": ("email", "unit"),
    "aantallen": ("unit", "count"),
}


async def download_template(permitted: PermittedRequest) -> Response:
    """A file to fill in: the units of today where they belong, otherwise the headings."""
    what = permitted.request.path_params["what"]
    if what not in COLUMNS:
        raise HTTPException(404)
    t = texts_of(permitted.request)
    tree = await run_reader(current_tree, permitted.context.engine)
    headings = tuple(t(f"template.{column}") for column in COLUMNS[what])
    content = excel_csv(headings, _rows(what, tree), language_of(permitted.request).code)
    disposition = f'attachment; filename="{what}.csv"'
    headers = {"content-type": "text/csv; charset=utf-8", "content-disposition": disposition}
    return Response(content, headers=headers)


def _rows(what: str, tree: Tree) -> Rows:
    if what == "organisatie":
        return [(unit.key, unit.parent or "", unit.name) for unit in tree.open_units]
    if what == "aantallen":
        return [(unit.key, 0) for unit in tree.open_units]
    return []


routes = [
    Route(
        "/bestanden/sjabloon/{what}.csv",
        require_permission(Permission.MANAGE_ORGANISATION, download_template),
        methods=["GET"],
    )
]
