"""Whoever looks at the dashboard before and after each answer sees the same, in every role."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from monitor import calendar
from monitor.dashboard.frame import PLACES
from monitor.pulse import ballot_box, invitations, rounds
from monitor.questionnaire import load
from monitor.store.engine import reading
from monitor.store.tables import ballot, envelope
from monitor.wiring import House
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn

ADDRESSES = ("", *(place.address for place in PLACES))
PERIOD = "2026-11"


def drawn(page: AppTest) -> list[str]:
    """Everything the page sent to the browser, in order, but for what is new at every look: the
    names of fields, and the number by which a form is known once."""
    assert not page.exception
    sent = [str(element.proto) for element in (*page.main, *page.sidebar)]
    return [re.sub(r"[A-Za-z0-9_-]{16,}", "", one) for one in sent]


def naive(house: House) -> tuple[int, int]:
    """What a page that counts would show."""
    with reading(house.engine) as connection:
        envelopes = connection.execute(select(func.count()).select_from(envelope)).scalar_one()
        used = connection.execute(select(func.count()).where(ballot.c.spent)).scalar_one()
    return envelopes, used


@pytest.mark.parametrize(
    ("role", "unit"), [("leidinggevende", "werk"), ("beheerder", None), ("toezicht", None)]
)
def test_no_page_changes_with_an_answer_to_an_open_round(
    house: House,
    seal_month: SealMonth,
    sign_in: SignIn,
    open_page: OpenPage,
    now: datetime,
    role: str,
    unit: str | None,
) -> None:
    seal_month("2026-10", noord=(9, 4), oost=(9, 3))
    questions = load(house.settings.questionnaire_file)
    rounds.open_round(house, PERIOD, questions, None, "test", now)
    made = invitations.invite(house, PERIOD, {"noord": 30}, "test", now)
    calendar.tick(house, now)
    token = sign_in(role, unit)
    before = {address: drawn(open_page(token, address)) for address in ADDRESSES}
    counted = naive(house)

    for invitation in made[:12]:
        ballot_box.submit(house, invitation.code, (4,) * len(questions.questions))

    assert naive(house) != counted  # the control: a page that counts would have moved
    for address in ADDRESSES:
        assert drawn(open_page(token, address)) == before[address], address
