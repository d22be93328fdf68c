"""A form does its work once, keeps what was typed when it is refused, and says what it did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from monitor import clock
from monitor.dashboard import session
from monitor.locale import texts
from tests.dashboard.conftest import SignIn
from tests.dashboard.pages import field, fill, press

T = texts("nl")


def _page() -> None:
    import streamlit as st

    from monitor.context import current_context
    from monitor.dashboard.announcements import show_announcement
    from monitor.dashboard.form import Form
    from monitor.dashboard.visit import current_visit
    from monitor.errors import InputRefused

    visit = current_visit(current_context())
    assert visit is not None
    show_announcement()
    form = Form(visit, "example")
    with form.fields():
        typed = form.text("text", "Text")
        sent = form.submit("Send")

    def work(actor: str, _now: object) -> None:
        if not typed:
            raise InputRefused("upload.nothing")
        if typed == "day":
            raise InputRefused("form.day", value="*x*")
        st.session_state["done"] = [*st.session_state.get("done", []), f"{actor}: {typed}"]

    if sent:
        form.finish(work, "It is *done*.")
    if Form(visit, "tick").confirmed("Sure", "Go"):
        st.text("confirmed")


def _double_click() -> None:
    import streamlit as st

    from monitor.context import current_context
    from monitor.dashboard.form import Form
    from monitor.dashboard.visit import current_visit

    visit = current_visit(current_context())
    assert visit is not None
    clicks = [Form(visit, "example"), Form(visit, "example")]
    actors: list[str] = []
    done = [click.once(lambda actor, _now: actors.append(actor)) for click in clicks]
    st.text(f"{done} {actors}")


@pytest.fixture
def page(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A page with one form and one form to confirm, for somebody who is signed in."""
    token = sign_in("beheerder")
    monkeypatch.setattr(session, "cookie", lambda _secure: token)
    return AppTest.from_function(_page, default_timeout=60).run()


@pytest.mark.usefixtures("page")
def test_of_two_clicks_the_first_does_the_work() -> None:
    page = AppTest.from_function(_double_click, default_timeout=60).run()

    assert page.text[0].value == "[True, False] ['beheerder@waterrijk.example']"


def test_work_that_was_done_is_announced_and_leaves_empty_fields(page: AppTest) -> None:
    fill(page, "example", text="first")

    assert page.session_state["done"] == ["beheerder@waterrijk.example: first"]
    assert page.success[0].value.replace("\\", "") == "It is *done*."
    assert field(page, "text_input", "example", "text").value == ""


def test_what_was_done_is_said_beneath_the_button_and_nowhere_else(page: AppTest) -> None:
    fill(page, "example", text="first")

    drawn = [element.type for element in page.main if element.type in ("button", "success")]
    assert drawn == ["button", "success", "button"]


def test_an_announcement_stays_for_a_moment_only(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(page, "example", text="first")
    assert page.run().success

    later = clock.now() + timedelta(seconds=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    page.run()

    assert not page.exception
    assert not page.success


def test_refused_work_keeps_what_was_typed_and_can_be_sent_again(page: AppTest) -> None:
    fill(page, "example", text="day")
    assert page.error[0].value.replace("\\", "") == T("form.day", value="*x*")
    assert field(page, "text_input", "example", "text").value == "day"
    assert "done" not in page.session_state

    fill(page, "example", text="better")

    assert page.session_state["done"] == ["beheerder@waterrijk.example: better"]
    assert not page.error


def test_a_tick_comes_first(page: AppTest) -> None:
    press(page, "tick")
    assert page.warning[0].value == T("rounds.tick_first")
    assert not page.text

    field(page, "checkbox", "tick", "sure").check()
    press(page, "tick")

    assert [text.value for text in page.text] == ["confirmed"]
