"""A page that is left alone warns before it is cleared, and offers to stay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from monitor import clock
from monitor.access import sessions
from monitor.context import AppContext
from monitor.dashboard import session
from monitor.locale import texts
from tests.dashboard.conftest import SignIn

T = texts("nl")


def _checked_page() -> None:
    import streamlit as st

    from monitor.context import current_context
    from monitor.dashboard.idle_watch import check_session

    st.text_area("typed", key="typed")
    check_session(current_context())


@pytest.fixture
def now() -> datetime:
    """When the session begins."""
    return clock.now()


@pytest.fixture
def page(
    context: AppContext, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> tuple[AppTest, str]:
    """A page of somebody who clicked nothing for 26 minutes."""
    monkeypatch.setattr(clock, "now", lambda: now)
    token = sign_in("toezicht")
    monkeypatch.setattr(session, "cookie", lambda _secure: token)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=26))
    return AppTest.from_function(_checked_page, default_timeout=60), token


def test_a_person_who_is_still_there_stays_and_keeps_what_was_typed(
    page: tuple[AppTest, str], context: AppContext
) -> None:
    opened, token = page
    opened.run()
    assert [warning.value for warning in opened.warning] == [T("soon.idle", count=4)]

    opened.text_area[0].input("Een lang antwoord").run()
    opened.button[0].click().run()

    assert not opened.warning
    assert opened.text_area[0].value == "Een lang antwoord"
    left = sessions.time_left(context.engine, token, clock.now())
    assert left is not None
    assert left.seconds == sessions.IDLE


def test_there_is_no_warning_before_that(
    page: tuple[AppTest, str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=24))

    assert not page[0].run().warning


@pytest.mark.slow
def test_after_twelve_hours_there_is_no_button(
    page: tuple[AppTest, str], context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, token = page
    for minute in range(20, 720, 20):
        sessions.person(context.engine, token, now + timedelta(minutes=minute))
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=718))
    opened.run()

    assert [warning.value for warning in opened.warning] == [T("soon.longest", count=2)]
    assert not opened.button
