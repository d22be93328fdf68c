"""The dashboard shows the same before and after each answer, in every role."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from monitor import scheduler
from monitor.context import AppContext
from monitor.dashboard.navigation import PAGES
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading
from monitor.store.tables import ballot, envelope
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn

ADDRESSES = ("", *(page.address for page in PAGES))
PERIOD = "2026-11"


def drawn(page: AppTest) -> list[str]:
    """Everything the page sent to the browser, in order, without what is new at every run: the
    keys of fields, which hold a nonce."""
    assert not page.exception
    sent = [str(element.proto) for element in (*page.main, *page.sidebar)]
    return [re.sub(r"[A-Za-z0-9_-]{16,}", "", element) for element in sent]


def counts(context: AppContext) -> tuple[int, int]:
    """What a page that counts would show: envelopes, and codes that were used."""
    with reading(context.engine) as connection:
        envelopes = connection.execute(select(func.count()).select_from(envelope)).scalar_one()
        used = connection.execute(select(func.count()).where(ballot.c.spent)).scalar_one()
    return envelopes, used


@pytest.mark.usefixtures("no_midnight")  # long after the last night the page says which it was
@pytest.mark.parametrize(
    ("role", "unit"),
    [
        ("leidinggevende", "werk"),
        pytest.param("beheerder", None, marks=pytest.mark.slow),
        pytest.param("toezicht", None, marks=pytest.mark.slow),
    ],
)
def test_no_page_changes_with_an_answer_to_an_open_round(
    context: AppContext,
    seal_month: SealMonth,
    sign_in: SignIn,
    open_page: OpenPage,
    now: datetime,
    role: str,
    unit: str | None,
) -> None:
    seal_month("2026-10", noord=(9, 4), oost=(9, 3))
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    invitations = issue.invite(context, PERIOD, {"noord": 30}, "test", now)
    scheduler.tick(context, now)
    token = sign_in(role, unit)
    before = {address: drawn(open_page(token, address)) for address in ADDRESSES}
    counted = counts(context)

    for invitation in invitations[:12]:
        ballot_box.submit(context, invitation.code, (4,) * len(questions.questions))

    scheduler.tick(context, now + timedelta(1))  # a night passes: nothing is told then either

    assert counts(context) != counted  # the control: a page that counts would have moved
    for address in ADDRESSES:
        assert drawn(open_page(token, address)) == before[address], address
