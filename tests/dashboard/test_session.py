"""What a browser session remembers."""

from __future__ import annotations

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from monitor.config.settings import ROOT

FOLDER = ROOT / "monitor" / "dashboard"


def _double_click() -> None:
    import streamlit as st

    from monitor.dashboard import session

    name = session.nonce("close")
    st.text(str([session.use_nonce("close", name), session.use_nonce("close", name)]))
    st.text(str(session.nonce("close") != name))


def test_a_form_filled_in_once_counts_once() -> None:
    page = AppTest.from_function(_double_click).run()

    assert [text.value for text in page.text] == ["[True, False]", "True"]


def _sources() -> list[Path]:
    return sorted(FOLDER.rglob("*.py"))


def test_only_one_module_touches_session_state_and_cookies() -> None:
    touching = {
        file.name
        for file in _sources()
        if re.search(r"session_state|context\.cookies|query_params", file.read_text("utf-8"))
    }

    assert touching == {"session.py"}


def test_nothing_is_kept_in_a_cache_that_users_share() -> None:
    for file in _sources():
        text = file.read_text("utf-8")
        assert "cache_data" not in text, file
        assert "cache_resource" not in text, file


def test_no_element_with_fixed_english_words_is_used() -> None:
    english = (
        r"st\.(feedback|date_input|time_input|file_uploader|multiselect|dataframe|data_editor)"
    )
    for file in _sources():
        assert not re.search(english, file.read_text("utf-8")), file


def test_no_folder_is_taken_for_pages_by_the_framework() -> None:
    assert not (FOLDER / "pages").exists()
