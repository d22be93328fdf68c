"""Issuing and replacing codes, on a real store."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from monitor.context import AppContext
from monitor.errors import CodeSpent, InputRefused, RoundRefused
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import handout, issue
from monitor.store.engine import reading
from monitor.store.tables import audit, ballot, round_unit
from tests.pulse.conftest import Sheet, codes_for, rows_in


def test_a_unit_is_invited_once(context: AppContext, open_period: str, now: datetime) -> None:
    codes_for(context, open_period, now, wmo_oost=3)

    with pytest.raises(RoundRefused, match="twice"):
        codes_for(context, open_period, now, wmo_west=2, wmo_oost=1)

    assert rows_in(context, ballot) == 3


@pytest.mark.parametrize("counts", [{"nergens": 3}, {"wmo_oost": 0}, {"wmo_oost": 9999}, {}])
def test_a_wrong_invitation_issues_nothing(
    context: AppContext, open_period: str, now: datetime, counts: dict[str, int]
) -> None:
    with pytest.raises(InputRefused):
        codes_for(context, open_period, now, **counts)

    assert rows_in(context, ballot) == 0


def test_replacing_voids_unspent_codes_and_looks_like_spending_them(
    context: AppContext, open_period: str, sheet: Sheet, now: datetime
) -> None:
    used, unused = codes_for(context, open_period, now, wmo_oost=2)["wmo-oost"]
    ballot_box.submit(context, used, sheet(4))

    new = issue.replace(context, open_period, {"wmo-oost": 0}, "test", now)

    assert len(new) == 2
    for old in (used, unused):
        ballot_box.open_sheet(context, old)
        with pytest.raises(CodeSpent):
            ballot_box.submit(context, old, sheet(4))
    ballot_box.submit(context, new[0].code, sheet(4))
    with reading(context.engine) as connection:
        row = connection.execute(select(round_unit).where(round_unit.c.unit == "wmo-oost")).one()
        spent = connection.execute(select(ballot.c.spent, ballot.c.unit)).all()
    assert (row.invited, row.issued) == (2, 4)
    assert sorted(r.spent for r in spent) == [False, True, True, True]


def test_members_are_assigned_codes_of_their_own_unit(
    context: AppContext, open_period: str, now: datetime
) -> None:
    invitations = issue.invite(context, open_period, {"wmo-oost": 2, "wmo-west": 1}, "test", now)
    emails = {"wmo-oost": ("a@x.example", "b@x.example"), "wmo-west": ("c@x.example",)}

    assigned = handout.assign(invitations, emails)

    assert {email for _, email in assigned} == {"a@x.example", "b@x.example", "c@x.example"}
    assert all(email in emails[invitation.unit] for invitation, email in assigned)
    assert len({invitation.code for invitation, _ in assigned}) == 3


def test_the_audit_log_says_how_many_codes_were_issued_and_no_code(
    context: AppContext, open_period: str, now: datetime
) -> None:
    invitations = issue.invite(context, open_period, {"wmo-oost": 12}, "test", now)

    with reading(context.engine) as connection:
        notes = [f"{r.action} {r.detail}" for r in connection.execute(select(audit))]

    assert "round.invite 2026-11 wmo-oost: 12" in notes
    assert not any(invitation.code in note for note in notes for invitation in invitations)
