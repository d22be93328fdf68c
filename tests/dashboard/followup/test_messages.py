"""Messages to the team, its compass, the promise, and taking a text away."""

from __future__ import annotations

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.dashboard.admin.typed_days import typed_day
from monitor.followup import compass, team_log
from monitor.followup.team_log import LineState
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import field, fill, press, press_labelled, shown

pytestmark = pytest.mark.usefixtures("no_midnight")

T = texts("nl")
TEXT = "We bespreken de druk elke maandag."


@pytest.mark.slow
def test_messages_are_added_and_never_changed(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "team")
    for text in (TEXT, "En op donderdag praten we na."):
        page.text_area[0].input(text)
        press_labelled(page, T("team.reply.save"))
        assert page.text_area[0].value == ""
    lines = team_log.lines(context.engine, "noord")
    assert {line.text for line in lines} == {TEXT, "En op donderdag praten we na."}
    assert {line.period for line in lines} == {"2026-09"}

    page.text_area[0].input("  ")
    press_labelled(page, T("team.reply.save"))
    assert page.error
    (first,) = [line.id for line in lines if line.text == TEXT]
    press(page, f"withdraw-{first}")
    assert T("agreed.taken_away.withdrawn") in shown(page)
    assert sum(bool(line.text) for line in team_log.lines(context.engine, "noord")) == 1


@pytest.mark.slow
def test_the_compass_and_the_promise_have_a_day(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    page = open_page(sign_in("leidinggevende", "noord"), "team")
    fill(page, "compass-noord", text="We bellen terug, ook als het nee is.")
    (agreed,) = compass.agreements(context.engine, "noord")
    assert agreed.agreed_on == clock.today()
    fill(page, "promise-noord", text="Bij een klacht sta ik naast je.")
    stored = compass.promise_of(context.engine, "noord")
    assert stored is not None
    press(page, f"drop-{agreed.id}")
    assert compass.agreements(context.engine, "noord") == ()
    fill(page, "promise-noord", text="")
    assert compass.promise_of(context.engine, "noord") is None


def test_toezicht_takes_a_text_away_without_reading_it(
    context: AppContext, seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 4))
    name = team_log.write(context.engine, "noord", TEXT, clock.today())
    page = open_page(sign_in("toezicht"), "berichten")
    assert "Werk" not in shown(page)
    field(page, "checkbox", "blank", "sure").check()
    fill(page, "blank", unit="Team 9", day=typed_day(clock.today()))
    assert page.error
    fill(page, "blank", unit=" werk *noord* ", day=typed_day(clock.today()))
    (line,) = team_log.lines(context.engine, "noord")
    assert (line.id, line.state, line.text) == (name, LineState.BLANKED, "")
    assert TEXT not in shown(page)
