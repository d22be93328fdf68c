"""Files that come in: the tree of units and the list of members, looked at before they are kept.

What was read is put into the page that shows it, as a plain table in a hidden field, and read and
checked again when it is confirmed: nothing of it is kept on the server in between.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access.roles import Permission
from monitor.errors import InputRefused, Refusal, StoreBusy
from monitor.operations import checklist
from monitor.organisation.register import (
    current_tree,
    import_members,
    import_tree,
    preview_members,
    preview_tree,
)
from monitor.organisation.tree import Tree
from monitor.organisation.unit_files import Member, read_members, read_tree
from monitor.pulse.disclosure import suppression_risk
from monitor.pulse.questionnaire import load
from monitor.web.files.multipart import Upload, read_form
from monitor.web.files.permission import FIELD, FileRequest, require_permission
from monitor.web.http.forms import only_field, read_fields
from monitor.web.http.threads import run_reader, run_writer

LARGEST = 16 * 1024 * 1024
"""Bytes of the form that confirms: a whole list of members as a browser writes it."""
MOST_SHOWN = 300
"""Units shown of a larger tree; the numbers above are of all of it."""
TREE, MEMBERS = "tree", "members"
HOME = {TREE: "/organisatie", MEMBERS: "/leden"}
CONTENT = "inhoud"
NAMES = {TREE: "units.csv", MEMBERS: "members.csv"}
Table = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What there is after keeping: units or members, and members with a closed unit."""

    total: int
    left_behind: int = 0


async def ask_tree(desk: FileRequest) -> Response:
    """The form for the tree of units."""
    return await _ask(desk, TREE)


async def ask_members(desk: FileRequest) -> Response:
    """The form for the list of members."""
    return await _ask(desk, MEMBERS)


async def look_at_tree(desk: FileRequest) -> Response:
    """What would change if this tree were kept; or what is wrong with the file."""
    try:
        upload = await _uploaded(desk)
        tree = await run_reader(read_tree, upload.content, upload.name)
    except InputRefused as refusal:
        return await _ask(desk, TREE, refusal)
    known = await run_reader(current_tree, desk.context.engine)
    rows = [(unit.key, unit.parent or "", unit.name) for unit in tree.units]
    return desk.page(
        "upload_tree.html",
        change=await run_reader(preview_tree, desk.context.engine, tree),
        closing=[unit.name for unit in known.open_units if unit.key not in tree],
        units=[(tree.depth(unit.key), unit.name) for unit in tree.units[:MOST_SHOWN]],
        left_out=max(0, len(tree) - MOST_SHOWN),
        content=_written(("unit", "parent", "name"), rows),
    )


async def look_at_members(desk: FileRequest) -> Response:
    """How many people stand where, and which teams will often be too small; or what is wrong."""
    try:
        upload = await _uploaded(desk)
        tree = await run_reader(current_tree, desk.context.engine)
        people = await run_reader(read_members, upload.content, upload.name, tree)
    except InputRefused as refusal:
        return await _ask(desk, MEMBERS, refusal)
    minimum = desk.context.settings.minimum
    asked = await run_reader(load, desk.context.settings.questionnaire_file)
    counted = Counter(person.unit for person in people)
    return desk.page(
        "upload_members.html",
        change=await run_reader(preview_members, desk.context.engine, people),
        crowds=suppression_risk.suppression_risks(tree, counted, minimum, asked),
        minimum=minimum,
        content=_written(("email", "unit"), [(one.email, one.unit) for one in people]),
    )


async def keep_tree(desk: FileRequest) -> Response:
    """Make the confirmed tree the organisation of today."""

    def keep(content: bytes) -> ImportResult:
        tree: Tree = read_tree(content, NAMES[TREE])
        change = import_tree(desk.context.engine, tree, desk.person.email, clock.now())
        return ImportResult(change.total, change.left_behind)

    return await _keep(desk, TREE, keep)


async def keep_members(desk: FileRequest) -> Response:
    """Make the confirmed list the list of members."""

    def keep(content: bytes) -> ImportResult:
        engine = desk.context.engine
        people: tuple[Member, ...] = read_members(content, NAMES[MEMBERS], current_tree(engine))
        change = import_members(engine, people, desk.person.email, clock.now())
        return ImportResult(change.total)

    return await _keep(desk, MEMBERS, keep)


async def _ask(desk: FileRequest, what: str, refusal: Refusal | None = None) -> Response:
    tree = await run_reader(current_tree, desk.context.engine)
    return desk.page(
        "upload_form.html",
        422 if refusal else 200,
        what=what,
        home=HOME[what],
        ready=bool(tree.open_units) or what == TREE,
        errors=desk.sentences(refusal) if refusal else (),
    )


async def _uploaded(desk: FileRequest) -> Upload:
    form = await read_form(desk.request)
    desk.check_form(form.fields.get(FIELD, ""))
    if form.upload is None:
        raise InputRefused("upload.nothing")
    return form.upload


async def _keep(desk: FileRequest, what: str, keep: Callable[[bytes], ImportResult]) -> Response:
    fields = await read_fields(desk.request, LARGEST)
    desk.check_form(only_field(fields, FIELD))
    try:
        kept = await run_writer(keep, only_field(fields, CONTENT).encode())
    except StoreBusy:
        raise
    except Refusal as refusal:
        return await _ask(desk, what, refusal)
    setting_up = not await run_reader(checklist.is_over, desk.context)
    return desk.page(
        "upload_done.html", what=what, home=HOME[what], setting_up=setting_up, kept=kept
    )


def _written(columns: Sequence[str], rows: Table) -> str:
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return page.getvalue()


_MAY = Permission.MANAGE_ORGANISATION
routes = [
    Route("/bestanden/organisatie", require_permission(_MAY, ask_tree), methods=["GET"]),
    Route("/bestanden/organisatie", require_permission(_MAY, look_at_tree), methods=["POST"]),
    Route("/bestanden/organisatie/bewaren", require_permission(_MAY, keep_tree), methods=["POST"]),
    Route("/bestanden/leden", require_permission(_MAY, ask_members), methods=["GET"]),
    Route("/bestanden/leden", require_permission(_MAY, look_at_members), methods=["POST"]),
    Route("/bestanden/leden/bewaren", require_permission(_MAY, keep_members), methods=["POST"]),
]
