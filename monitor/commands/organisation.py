"""``organisation import`` and ``members import``: the units and the people in them."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import clock
from monitor.commands import ACTOR, oversight
from monitor.commands.output import say, say_notes
from monitor.context import current_context
from monitor.inputs.text_files import read_bytes
from monitor.locale import texts
from monitor.organisation.members import import_members
from monitor.organisation.register import current_tree, import_tree
from monitor.organisation.unit_files import read_noted_members, read_noted_tree


@click.group()
def organisation() -> None:
    """The units of the organisation."""


@organisation.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--close-missing", is_flag=True, help="Close the units that are not in FILE.")
def import_organisation(file: Path, close_missing: bool) -> None:
    """Read the whole tree of units from a CSV FILE: columns unit, parent and, if wanted, name.

    When units that are open now are not in FILE, they are named and nothing changes, unless
    --close-missing says that they close.
    """
    read = read_noted_tree(read_bytes(file), file.name)
    context = current_context()
    change = import_tree(
        context.engine, read.content, ACTOR, clock.now(), close_missing=close_missing
    )
    oversight.tell(context)
    say_notes(context, read.notes)
    t = texts(context.settings.language)
    line = t(
        "organisation.imported",
        total=change.total,
        added=change.added,
        renamed=change.renamed,
        moved=change.moved,
        closed=change.closed,
        reopened=change.reopened,
    )
    if change.left_behind:
        line += " " + t("organisation.left_behind", count=change.left_behind)
    click.echo(line)


@click.group()
def members() -> None:
    """The people the app mails invitations to."""


@members.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_everybody(file: Path) -> None:
    """Read the whole list of members from a CSV FILE: columns email and unit."""
    content = read_bytes(file)
    context = current_context()
    read = read_noted_members(content, file.name, current_tree(context.engine))
    change = import_members(context.engine, read.content, ACTOR, clock.now())
    say_notes(context, read.notes)
    say(
        context,
        "members.imported",
        total=change.total,
        added=change.added,
        moved=change.moved,
        removed=change.removed,
    )
