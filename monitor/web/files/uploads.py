"""Files that come in: the tree of units and the list of members, previewed before they are kept.

What was read is put into the page that shows it, as a plain table in a hidden field, and read and
checked again when it is confirmed: nothing of it is kept on the server in between.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access.roles import Permission
from monitor.errors import InputRefused, Refusal, RoundRefused, StoreBusy
from monitor.inputs.csv_text import csv_text
from monitor.operations import checklist
from monitor.organisation.import_checks import closing
from monitor.organisation.members import import_members, preview_members
from monitor.organisation.move_acts import refuse_gains
from monitor.organisation.register import current_tree, import_tree, preview_tree
from monitor.organisation.tree import Tree
from monitor.organisation.unit_files import (
    Member,
    read_members,
    read_noted_members,
    read_noted_tree,
    read_tree,
)
from monitor.pulse.disclosure import suppression_risk
from monitor.pulse.rounds.questionnaire_in_use import in_use_or_before
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.http.body import BodyLimit
from monitor.web.http.forms import Form, Upload, form_of
from monitor.web.http.multipart import form_with_file_of
from monitor.web.http.threads import run_reader, run_writer

WHOLE_LIST = BodyLimit(kept=16 * 1024 * 1024, read=16 * 1024 * 1024)
"""For the form that confirms: a whole list of members as a browser writes it."""
MOST_SHOWN = 300
"""Units shown of a larger tree; the numbers above are of all of it."""
TREE, MEMBERS = "tree", "members"
HOME = {TREE: "/organisatie", MEMBERS: "/leden"}
CONTENT, CLOSE, YES = "inhoud", "sluiten", "ja"
NAMES = {TREE: "units.csv", MEMBERS: "members.csv"}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What there is after keeping: units or members, and members with a closed unit."""

    total: int
    left_behind: int = 0


async def show_tree_form(permitted: PermittedRequest) -> Response:
    """The form for the tree of units."""
    return await _form(permitted, TREE)


async def show_members_form(permitted: PermittedRequest) -> Response:
    """The form for the list of members."""
    return await _form(permitted, MEMBERS)


async def preview_tree_file(permitted: PermittedRequest) -> Response:
    """What would change if this tree were kept, or what is wrong with the file."""
    try:
        upload = await _uploaded(permitted)
        read = await run_reader(read_noted_tree, upload.content, upload.name)
        change = await run_reader(
            preview_tree, permitted.context.engine, read.content, refuse_gains
        )
    except InputRefused as refusal:
        return await _form(permitted, TREE, refusal)
    tree, stored = read.content, await run_reader(current_tree, permitted.context.engine)
    rows = [(unit.key, unit.parent or "", unit.name) for unit in tree.units]
    return permitted.respond(
        "upload_tree.html",
        change=change,
        notes=permitted.phrases(read.notes),
        closing=[unit.name for unit in closing(stored, tree)],
        units=[(tree.depth(unit.key), unit.name) for unit in tree.units[:MOST_SHOWN]],
        not_shown=max(0, len(tree) - MOST_SHOWN),
        content=csv_text(("unit", "parent", "name"), rows),
    )


async def preview_members_file(permitted: PermittedRequest) -> Response:
    """How many people each unit has and which will often be too small, or what is wrong."""
    try:
        upload = await _uploaded(permitted)
        tree = await run_reader(current_tree, permitted.context.engine)
        read = await run_reader(read_noted_members, upload.content, upload.name, tree)
        questionnaire = await run_reader(in_use_or_before, permitted.context)
    except (InputRefused, RoundRefused) as refusal:
        return await _form(permitted, MEMBERS, refusal)
    members, minimum = read.content, permitted.context.settings.minimum
    per_unit = Counter(member.unit for member in members)
    return permitted.respond(
        "upload_members.html",
        change=await run_reader(preview_members, permitted.context.engine, members),
        risks=suppression_risk.suppression_risks(tree, per_unit, minimum, questionnaire),
        minimum=minimum,
        notes=permitted.phrases(read.notes),
        content=csv_text(("email", "unit"), [(member.email, member.unit) for member in members]),
    )


async def keep_tree(permitted: PermittedRequest) -> Response:
    """Make the confirmed tree the organisation of today."""

    def keep(form: Form) -> ImportResult:
        tree: Tree = read_tree(form.value(CONTENT).encode(), NAMES[TREE])
        engine, actor = permitted.context.engine, permitted.person.email
        close_missing = form.value(CLOSE) == YES
        change = import_tree(
            engine, tree, actor, clock.now(), close_missing=close_missing, check=refuse_gains
        )
        return ImportResult(change.total, change.left_behind)

    return await _keep(permitted, TREE, keep)


async def keep_members(permitted: PermittedRequest) -> Response:
    """Make the confirmed list the list of members."""

    def keep(form: Form) -> ImportResult:
        engine, content = permitted.context.engine, form.value(CONTENT).encode()
        people: tuple[Member, ...] = read_members(content, NAMES[MEMBERS], current_tree(engine))
        change = import_members(engine, people, permitted.person.email, clock.now())
        return ImportResult(change.total)

    return await _keep(permitted, MEMBERS, keep)


async def _form(permitted: PermittedRequest, what: str, refusal: Refusal | None = None) -> Response:
    tree = await run_reader(current_tree, permitted.context.engine)
    return permitted.respond(
        "upload_form.html",
        422 if refusal else 200,
        what=what,
        home=HOME[what],
        ready=bool(tree.open_units) or what == TREE,
        errors=permitted.refusal_texts(refusal),
    )


async def _uploaded(permitted: PermittedRequest) -> Upload:
    form = await form_with_file_of(permitted.request)
    permitted.check_form(form)
    if form.upload is None:
        raise InputRefused("upload.nothing")
    return form.upload


async def _keep(
    permitted: PermittedRequest, what: str, keep: Callable[[Form], ImportResult]
) -> Response:
    form = await form_of(permitted.request, WHOLE_LIST)
    permitted.check_form(form)
    try:
        result = await run_writer(keep, form)
    except StoreBusy:
        raise
    except Refusal as refusal:
        return await _form(permitted, what, refusal)
    setting_up = not await run_reader(checklist.is_over, permitted.context)
    return permitted.respond(
        "upload_done.html", what=what, home=HOME[what], setting_up=setting_up, result=result
    )


def content_of(field: str) -> bytes:
    """The file that a form of ours has in a hidden field; 400 for what no form of ours says."""
    try:
        return base64.b64decode(field, validate=True)
    except ValueError:  # not only ``binascii.Error``: a letter with an accent gives no such one
        raise HTTPException(400) from None


_MAY = Permission.MANAGE_ORGANISATION
routes = [
    Route("/bestanden/organisatie", require_permission(_MAY, show_tree_form), methods=["GET"]),
    Route("/bestanden/organisatie", require_permission(_MAY, preview_tree_file), methods=["POST"]),
    Route("/bestanden/organisatie/bewaren", require_permission(_MAY, keep_tree), methods=["POST"]),
    Route("/bestanden/leden", require_permission(_MAY, show_members_form), methods=["GET"]),
    Route("/bestanden/leden", require_permission(_MAY, preview_members_file), methods=["POST"]),
    Route("/bestanden/leden/bewaren", require_permission(_MAY, keep_members), methods=["POST"]),
]
