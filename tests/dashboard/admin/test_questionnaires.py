"""The page with the questions of every round."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from monitor.context import AppContext
from monitor.dashboard import phrases
from monitor.locale import texts
from monitor.pulse.questionnaire import load
from monitor.store.tables import survey_round
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import written
from tests.promises import intruder

T = texts("nl")


@pytest.mark.slow
def test_toezicht_sees_which_questions_were_asked_when(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, context: AppContext
) -> None:
    seal_month("2026-08", noord=(9, 4))
    seal_month("2026-09", noord=(9, 4))
    questionnaire = load(context.settings.questionnaire_file)

    page = open_page(sign_in("toezicht"), "vragenlijsten")

    text = written(page)
    assert "augustus 2026 tot en met september 2026" in text
    assert questionnaire.version in page.header[1].value
    for question in questionnaire.questions:
        assert phrases.escaped(question.text["nl"]) in text


def test_before_the_first_round_no_questions_were_asked(manage: OpenPage) -> None:
    assert T("asked.none.title") in written(manage("vragenlijsten"))


@pytest.mark.parametrize(("page", "role"), [("vragenlijsten", "toezicht"), ("leden", "beheerder")])
def test_pages_go_on_when_somebody_else_wrote_which_round_was_the_last(
    seal_month: SealMonth,
    sign_in: SignIn,
    open_page: OpenPage,
    context: AppContext,
    page: str,
    role: str,
) -> None:
    seal_month("2026-09", noord=(9, 4))
    with intruder.writing_in(context) as connection:
        row = dict(connection.execute(select(survey_round)).mappings().one())
        forged = row | {"period": "2026-12", "status": "abandoned"}
        connection.execute(insert(survey_round).values(forged))

    shown = open_page(sign_in(role), page)

    text = written(shown) + "".join(box.value for box in (*shown.error, *shown.warning))
    assert phrases.escaped(T("round.not_genuine", period="december 2026")) in text
    assert T("app.failed") not in text
