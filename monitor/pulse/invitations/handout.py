"""New codes as a file to hand out: a table for a mail merge, or paper slips."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from datetime import date

from monitor.context import AppContext
from monitor.inputs.csv_text import csv_text, excel_csv
from monitor.pulse.invitations import codes, slips
from monitor.pulse.invitations.issue import Invitation
from monitor.pulse.invitations.slips import Slip, SlipTemplate
from monitor.pulse.rounds import round_units, rounds
from monitor.store.engine import reading


def table(
    context: AppContext,
    invitations: tuple[Invitation, ...],
    emails: Mapping[str, tuple[str, ...]],
    *,
    for_excel: bool = False,
) -> bytes:
    """CSV with ``unit,code,link``, and ``email`` where addresses are given.

    Parameters
    ----------
    invitations
        The codes; each is in the file once.
    emails
        The addresses per unit, as many as there are codes for it.
    for_excel
        Whether a Dutch Excel, and Word with it, must open the file with a double click.
    """
    columns: tuple[str, ...] = ("unit", "code", "link")
    rows = [_row(context, invitation) for invitation in invitations]
    if emails:
        columns = (*columns, "email")
        assigned = assign(invitations, emails)
        rows = [[*_row(context, invitation), email] for invitation, email in assigned]
    return excel_csv(columns, rows) if for_excel else csv_text(columns, rows).encode()


def paper(
    context: AppContext, period: str, invitations: tuple[Invitation, ...], today: date
) -> bytes:
    """A PDF of slips to cut out, team by team, shuffled."""
    settings = context.settings
    with reading(context.engine) as connection:
        tree = round_units.frozen_tree(connection, period)
        round_ = rounds.find(connection, period)
    shuffled = slips.shuffled([Slip(tree.get(i.unit).name, i.code) for i in invitations])
    template = SlipTemplate(
        settings.base_url, settings.language, round_.minimum, period, round_.closes_on
    )
    return slips.pdf(shuffled, template, today)


def assign(
    invitations: tuple[Invitation, ...], emails: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Invitation, str], ...]:
    """Assign each member of a unit one of its codes at random; the result is shuffled."""
    generator: random.Random = secrets.SystemRandom()
    assigned: list[tuple[Invitation, str]] = []
    for unit, addresses in emails.items():
        of_unit = [invitation for invitation in invitations if invitation.unit == unit]
        generator.shuffle(of_unit)
        assigned.extend(zip(of_unit, addresses, strict=True))
    generator.shuffle(assigned)
    return tuple(assigned)


def _row(context: AppContext, invitation: Invitation) -> list[str]:
    link = f"{context.settings.base_url}/pulse/{invitation.code}"
    return [invitation.unit, codes.show(invitation.code), link]
