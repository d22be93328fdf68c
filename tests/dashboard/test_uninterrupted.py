"""What was sent is dealt with before the next click, which comes while the page is drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
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
