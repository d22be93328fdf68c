"""What was sent is dealt with before the next click, which comes while the page is drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.testing.v1 import AppTest

from monitor.config.settings import ROOT
from monitor.dashboard import uninterrupted

FOLDER = ROOT / "monitor" / "dashboard"


def _page() -> None:
    """A page on which somebody clicks again while it is drawn, if something was sent."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    from monitor.dashboard import uninterrupted

    with uninterrupted.until_the_end():
        runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
        sent = st.button("Send", key="send", on_click=uninterrupted.carry_through)
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        if sent:
            context.script_requests.request_rerun(RerunData())
        st.text(f"run {runs}")
        if sent:
            st.session_state["done"] = st.session_state.get("done", 0) + 1
            uninterrupted.rerun()
        st.text(f"done {st.session_state.get('done', 0)}")


def _sent() -> list[str]:
    page = AppTest.from_function(_page, default_timeout=60).run()
    page.button("send").click().run()
    return [text.value for text in page.text]


def test_it_is_done_and_then_the_next_click_is_looked_at() -> None:
    assert _sent() == ["run 3", "done 1"]


def test_without_it_what_was_sent_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uninterrupted, "carry_through", lambda: None)

    assert _sent() == ["run 3", "done 0"]


def test_a_rerun_of_our_own_needs_no_click() -> None:
    page = AppTest.from_function(_rerun, default_timeout=60).run()

    assert [text.value for text in page.text] == ["run 2"]


def _rerun() -> None:
    import streamlit as st

    from monitor.dashboard import uninterrupted

    uninterrupted.carry_through()
    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if runs == 1:
        uninterrupted.rerun()
    st.text(f"run {runs}")


def _page_left() -> None:
    """A page whose browser disconnects while it is drawn, if something was sent."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from monitor.dashboard import uninterrupted

    with uninterrupted.until_the_end():
        sent = st.button("Send", key="send", on_click=uninterrupted.carry_through)
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        if sent:
            context.script_requests.request_stop()
        st.text("drawn")
        if sent:
            st.session_state["done"] = True
            uninterrupted.rerun()


@pytest.mark.parametrize("carried", [True, False])
def test_it_is_done_though_the_browser_disconnects(
    monkeypatch: pytest.MonkeyPatch, carried: bool
) -> None:
    if not carried:
        monkeypatch.setattr(uninterrupted, "carry_through", lambda: None)
    page = AppTest.from_function(_page_left, default_timeout=60).run()

    page.button("send").click().run()

    assert ("done" in page.session_state) is carried


def _first_page() -> None:
    """A page that has become one that only leads to another, while something was sent from it."""
    import streamlit as st

    from monitor.dashboard import uninterrupted

    def leads() -> None:
        if st.session_state.get("leads"):
            st.switch_page(other)
        st.button("Send", key="send", on_click=uninterrupted.carry_through)

    def shows() -> None:
        st.text("the other page")

    with uninterrupted.until_the_end():
        other = st.Page(shows, url_path="other")
        st.navigation([st.Page(leads, default=True), other]).run()


def test_a_run_that_is_carried_through_leads_to_another_page_too() -> None:
    page = AppTest.from_function(_first_page, default_timeout=60).run()
    page.session_state["leads"] = True

    page.button("send").click().run()

    assert [text.value for text in page.text] == ["the other page"]


def test_after_an_error_clicks_interrupt_again(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = ScriptRequests()
    monkeypatch.setattr(uninterrupted, "_requests", lambda: requests)
    uninterrupted.carry_through()
    requests.request_rerun(RerunData())
    assert requests.on_scriptrunner_yield() is None

    with pytest.raises(ZeroDivisionError), uninterrupted.until_the_end():
        _ = 1 // 0

    request = requests.on_scriptrunner_yield()
    assert request is not None
    assert request.type is ScriptRequestType.RERUN


def test_a_click_is_served_though_the_run_before_never_began(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when another callback fails: nothing is left of it once that click has been served."""
    requests = ScriptRequests()
    monkeypatch.setattr(uninterrupted, "_requests", lambda: requests)
    uninterrupted.carry_through()
    requests.request_rerun(RerunData())

    assert requests.on_scriptrunner_ready().type is ScriptRequestType.RERUN
    with uninterrupted.until_the_end():
        pass
    requests.request_stop()
    request = requests.on_scriptrunner_yield()
    assert request is not None
    assert request.type is ScriptRequestType.STOP


def _sources() -> list[Path]:
    return sorted(FOLDER.rglob("*.py"))


def test_every_rerun_goes_through_it() -> None:
    reruns = {file.name for file in _sources() if re.search(r"\bst\.rerun\(", file.read_text())}

    assert reruns == {"uninterrupted.py"}


def test_every_button_of_a_form_of_its_own_has_its_run_carried_through() -> None:
    """Those of a reply are not: they change what was typed, and no more."""
    button = re.compile(r"st\.form_submit_button\(((?:[^()]|\([^()]*\))*)\)")
    broken_off = {
        file.name
        for file in _sources()
        for arguments in button.findall(file.read_text())
        if "carry_through" not in arguments
    }

    assert broken_off == {"reply.py"}


def test_other_buttons_that_are_interrupted_store_nothing() -> None:
    """A new one belongs here only when a lost click loses nothing that somebody entered."""
    button = re.compile(r"\bst\.button\(((?:[^()]|\([^()]*\))*)\)")
    interrupted = {
        (file.name, sentence)
        for file in _sources()
        for arguments in button.findall(file.read_text())
        if "carry_through" not in arguments
        for sentence in [*re.findall(r't\("([^"]+)"', arguments), "label"][:1]
    }

    assert interrupted == {
        ("bulk_removal.py", "bulk.back"),
        ("cards.py", "inbox.message.open"),  # and notes that it was read, as the next does
        ("health.py", "health.again"),
        ("idle_watch.py", "soon.stay"),
        ("inbox.py", "bulk.begin"),
        ("inbox.py", "label"),
        ("message.py", "inbox.message.warning.open"),
        ("one_time_links.py", "acc.link.hide"),
        ("unlock.py", "unlock.back"),
        ("unlock.py", "unlock.lost.button"),
        ("unlock.py", "unlock.stop"),
        ("unlocked_session.py", "unlocked.lock.stay"),
    }
