"""New codes as a table for a mail merge."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping

from monitor.context import AppContext
from monitor.inputs.csv_text import csv_text, excel_csv
from monitor.pulse.invitations import codes
from monitor.pulse.invitations.issue import Invitation


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
