"""``round invite``: codes by mail, on paper slips or in a file for a mail merge."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from monitor import clock
from monitor.commands import post
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.inputs.text_files import read_bytes
from monitor.locale import texts
from monitor.organisation.register import by_unit
from monitor.organisation.unit_files import read_counts
from monitor.pulse.invitations import handout
from monitor.pulse.invitations import issue as invitations
from monitor.pulse.invitations.issue import Invitation
from monitor.pulse.rounds import round_units, rounds
from monitor.store.engine import reading

ACTOR = "cli"
OUT = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom codes are asked: people per unit, their addresses where known, units to replace."""

    counts: Mapping[str, int]
    emails: Mapping[str, tuple[str, ...]]
    replaced: tuple[str, ...]


@click.command()
@click.argument("period")
@click.option("--csv", "csv_file", type=OUT, metavar="OUT.csv")
@click.option("--slips", "slips_file", type=OUT, metavar="OUT.pdf")
@click.option("--send", is_flag=True)
@click.option("--count", "counted", multiple=True, metavar="UNIT=N")
@click.option("--counts", "file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--replace", "first", metavar="UNIT ...")
@click.argument("more", nargs=-1, metavar="")
def invite(
    period: str,
    csv_file: Path | None,
    slips_file: Path | None,
    send: bool,
    counted: tuple[str, ...],
    file: Path | None,
    first: str | None,
    more: tuple[str, ...],
) -> None:
    """Make one code a person: for a mail merge, on slips to cut out, or mailed by the app."""
    context = current_context()
    replaced = () if first is None else (first, *more)
    if more and not replaced:
        raise InputRefused("invite.stray", value=more[0])
    ways = [way for way in (csv_file, slips_file, send) if way]
    if not ways:
        raise InputRefused("invite.no_output")
    if len(ways) > 1:
        raise InputRefused("invite.one_output")
    if send:
        if counted or file:
            raise InputRefused("invite.send_counts")
        post.invite(context, period, replaced)
        return
    emails = {} if counted or file else by_unit(context.engine)
    counts = _counts(context, period, counted, file) or {u: len(all_) for u, all_ in emails.items()}
    if replaced:
        stray = sorted(({*counts} - {*replaced}) if counted or file else ())
        if stray:
            raise InputRefused("invite.stray", value=stray[0])
        counts = {unit: counts.get(unit, 0) for unit in replaced}
    asked = Asked(counts, {u: a for u, a in emails.items() if u in counts}, replaced)
    if csv_file is not None:
        _to_file(context, period, asked, csv_file, _csv)
    elif slips_file is not None:
        _to_file(context, period, asked, slips_file, _slips)


Format = Callable[[AppContext, str, tuple[Invitation, ...], Asked], bytes]


def _to_file(context: AppContext, period: str, asked: Asked, out: Path, written: Format) -> None:
    """Make the codes and write them out, readable by the owner only.

    The file is written before the codes count: when it cannot be, no code has been issued.
    """
    if out.exists():
        raise InputRefused("invite.file_exists", file=out.name)
    if not asked.counts:
        raise InputRefused("invite.how_many")
    try:
        handle = out.open("xb")
    except OSError:
        raise InputRefused("invite.unwritable", file=out.name) from None
    with handle:
        out.chmod(0o600)

        def hand_out(made: tuple[Invitation, ...]) -> None:
            handle.write(written(context, period, made, asked))
            handle.flush()
            os.fsync(handle.fileno())

        try:
            issue = invitations.replace if asked.replaced else invitations.invite
            made = issue(context, period, asked.counts, ACTOR, clock.now(), hand_out)
        except BaseException as error:
            with suppress(FileNotFoundError):
                out.unlink()
            if isinstance(error, OSError):
                raise InputRefused("invite.unwritable", file=out.name) from None
            raise
    t = texts(context.settings.language)
    click.echo(t("round.invited", count=len(made), file=str(out)))


def _csv(context: AppContext, _period: str, made: tuple[Invitation, ...], asked: Asked) -> bytes:
    return handout.table(context, made, asked.emails)


def _slips(context: AppContext, period: str, made: tuple[Invitation, ...], _asked: Asked) -> bytes:
    return handout.paper(context, period, made, clock.today())


def _counts(
    context: AppContext, period: str, counted: tuple[str, ...], file: Path | None
) -> dict[str, int]:
    counts: dict[str, int] = {}
    for pair in counted:
        unit, _, number = pair.rpartition("=")
        if not unit or not number.isdecimal():
            raise InputRefused("invite.count_shape", value=pair)
        counts[unit] = int(number)
    if file is not None:
        with reading(context.engine) as connection:
            tree = round_units.frozen_tree(connection, rounds.find(connection, period).period)
        counts |= read_counts(read_bytes(file), file.name, tree)
    return counts
