"""Fresh codes as a file to hand out: a table for a mail merge, or paper slips."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from monitor.context import AppContext
from monitor.pulse.invitations import codes, issue, slips
from monitor.pulse.invitations.issue import Invitation
from monitor.pulse.invitations.slips import Printing, Slip
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading


def table(
    context: AppContext, made: tuple[Invitation, ...], emails: Mapping[str, tuple[str, ...]]
) -> bytes:
    """CSV with ``unit,code,link``, and ``email`` where addresses are given.

    Parameters
    ----------
    made
        The codes; each stands in the file once.
    emails
        The addresses per unit, as many as there are codes for it; they are dealt out by lot.
    """
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    if emails:
        writer.writerow(("unit", "code", "link", "email"))
        handed = issue.for_members(made, emails)
        writer.writerows([*_row(context, invitation), email] for invitation, email in handed)
    else:
        writer.writerow(("unit", "code", "link"))
        writer.writerows(_row(context, invitation) for invitation in made)
    return page.getvalue().encode()


def paper(context: AppContext, period: str, made: tuple[Invitation, ...], today: date) -> bytes:
    """A PDF of slips to cut out, team by team, shuffled."""
    said = context.settings
    with reading(context.engine) as connection:
        tree = rounds.frozen_tree(connection, period)
        found = rounds.find(connection, period)
    drawn = slips.shuffled([Slip(tree.get(one.unit).name, one.code) for one in made])
    printing = Printing(said.base_url, said.language, found.minimum, period, found.closes_on)
    return slips.pdf(drawn, printing, today)


def _row(context: AppContext, invitation: Invitation) -> list[str]:
    link = f"{context.settings.base_url}/pulse/{invitation.code}"
    return [invitation.unit, codes.show(invitation.code), link]
