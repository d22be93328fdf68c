"""``round invite``: codes by mail, on paper slips or in a file for a mail merge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from monitor import clock
from monitor.commands import ACTOR, mail
from monitor.commands.output import private_file, say, say_notes
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.inputs.text_files import read_bytes
from monitor.organisation.members import by_unit
from monitor.organisation.unit_files import read_noted_counts
from monitor.pulse.invitations import handout
from monitor.pulse.invitations import issue as invitations
from monitor.pulse.invitations.issue import Invitation
from monitor.pulse.rounds import round_units, rounds
from monitor.reports import slips
from monitor.store.engine import reading

OUT = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Recipients:
    """For whom codes are made.

    ``counts`` is the number of people per unit, ``emails`` their addresses where known, and
    ``replaced`` the units whose earlier codes stop working.
    """

    counts: Mapping[str, int]
    emails: Mapping[str, tuple[str, ...]]
    replaced: tuple[str, ...]


Format = Callable[[AppContext, str, tuple[Invitation, ...], Recipients], bytes]


@click.command()
@click.argument("period")
@click.option("--csv", "csv_file", type=OUT, metavar="OUT.csv")
@click.option("--excel", is_flag=True, help="With --csv: as a Dutch Excel opens it.")
@click.option("--slips", "slips_file", type=OUT, metavar="OUT.pdf")
@click.option("--send", is_flag=True)
@click.option("--count", "pairs", multiple=True, metavar="UNIT=N")
@click.option("--counts", "counts_file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--replace", "first", metavar="UNIT ...")
@click.argument("more", nargs=-1, metavar="")
def invite(
    period: str,
    csv_file: Path | None,
    excel: bool,
    slips_file: Path | None,
    send: bool,
    pairs: tuple[str, ...],
    counts_file: Path | None,
    first: str | None,
    more: tuple[str, ...],
) -> None:
    """Make one code a person: for a mail merge, on slips to cut out, or mailed by the app."""
    context = current_context()
    replaced = _replaced(first, more)
    _refuse_unless_one_output(csv_file, slips_file, send)
    if send:
        if pairs or counts_file:
            raise InputRefused("invite.send_counts")
        mail.invite(context, period, replaced)
        return
    counts = _counts(context, period, pairs, counts_file) if pairs or counts_file else None
    recipients = _recipients(context, counts, replaced)
    if csv_file is not None:
        _write_codes(context, period, recipients, csv_file, partial(_csv, for_excel=excel))
    elif slips_file is not None:
        _write_codes(context, period, recipients, slips_file, _slips)


def _replaced(first: str | None, more: tuple[str, ...]) -> tuple[str, ...]:
    """The units after ``--replace``, of which the command line library takes the first only."""
    if first is not None:
        return (first, *more)
    if more:
        raise InputRefused("invite.stray", value=more[0])
    return ()


def _refuse_unless_one_output(*outputs: Path | bool | None) -> None:
    chosen = sum(map(bool, outputs))
    if chosen != 1:
        raise InputRefused("invite.one_output" if chosen else "invite.no_output")


def _counts(
    context: AppContext, period: str, pairs: tuple[str, ...], file: Path | None
) -> dict[str, int]:
    """The people per unit as typed: in pairs ``UNIT=N``, in a file, or both."""
    counts: dict[str, int] = {}
    for pair in pairs:
        unit, _, number = pair.rpartition("=")
        if not unit or not number.isdecimal():
            raise InputRefused("invite.count_shape", value=pair)
        counts[unit] = int(number)
    if file is not None:
        with reading(context.engine) as connection:
            tree = round_units.frozen_tree(connection, rounds.find(connection, period).period)
        read = read_noted_counts(read_bytes(file), file.name, tree)
        say_notes(context, read.notes)
        counts |= read.content
    return counts


def _recipients(
    context: AppContext, counts: Mapping[str, int] | None, replaced: tuple[str, ...]
) -> Recipients:
    """The people to make codes for: as many as `counts` says, or else every member."""
    if counts is not None:
        not_replaced = sorted({*counts} - {*replaced}) if replaced else []
        if not_replaced:
            raise InputRefused("invite.stray", value=not_replaced[0])
        emails = {}
    else:
        emails = by_unit(context.engine)
        counts = {unit: len(addresses) for unit, addresses in emails.items()}
    if replaced:
        counts = {unit: counts.get(unit, 0) for unit in replaced}
    return Recipients(counts, {u: a for u, a in emails.items() if u in counts}, replaced)


def _write_codes(
    context: AppContext, period: str, recipients: Recipients, out: Path, format_codes: Format
) -> None:
    """Make the codes and write them to a file that only its owner can read.

    The file is written before the codes are stored: when it cannot be, there are no codes.
    """
    if not recipients.counts:
        raise InputRefused("invite.how_many")
    issue = invitations.replace if recipients.replaced else invitations.invite
    with private_file(
        out,
        exists=InputRefused("invite.file_exists", file=out.name),
        unwritable=InputRefused("invite.unwritable", file=out.name),
    ) as write:

        def hand_out(issued: tuple[Invitation, ...]) -> None:
            write(format_codes(context, period, issued, recipients))

        issued = issue(context, period, recipients.counts, ACTOR, clock.now(), hand_out)
    say(context, "round.invited", count=len(issued), file=str(out))


def _csv(
    context: AppContext,
    _period: str,
    issued: tuple[Invitation, ...],
    recipients: Recipients,
    *,
    for_excel: bool,
) -> bytes:
    return handout.table(context, issued, recipients.emails, for_excel=for_excel)


def _slips(
    context: AppContext, period: str, issued: tuple[Invitation, ...], _recipients: Recipients
) -> bytes:
    return slips.paper(context, period, issued, clock.today())
