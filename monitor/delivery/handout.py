"""Fresh codes as a file to hand out: a table for a mail merge, or paper slips."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from monitor.delivery import slips
from monitor.delivery.slips import Printing, Slip
from monitor.pulse import codes, invitations, rounds
from monitor.pulse.invitations import Invitation
from monitor.store.engine import reading
from monitor.wiring import House


def table(
    house: House, made: tuple[Invitation, ...], emails: Mapping[str, tuple[str, ...]]
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
        handed = invitations.for_members(made, emails)
        writer.writerows([*_row(house, invitation), email] for invitation, email in handed)
    else:
        writer.writerow(("unit", "code", "link"))
        writer.writerows(_row(house, invitation) for invitation in made)
    return page.getvalue().encode()


def paper(house: House, period: str, made: tuple[Invitation, ...], today: date) -> bytes:
    """A PDF of slips to cut out, team by team, shuffled."""
    said = house.settings
    with reading(house.engine) as connection:
        tree = rounds.frozen_tree(connection, period)
        found = rounds.find(connection, period)
    drawn = slips.shuffled([Slip(tree.get(one.unit).name, one.code) for one in made])
    printing = Printing(said.base_url, said.language, found.minimum, period, found.closes_on)
    return slips.pdf(drawn, printing, today)


def _row(house: House, invitation: Invitation) -> list[str]:
    link = f"{house.settings.base_url}/pulse/{invitation.code}"
    return [invitation.unit, codes.show(invitation.code), link]
