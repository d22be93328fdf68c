"""What went wrong unforeseen: logged without its words, told in the reader's language.

Streamlit's own box speaks English, shows the exception's text and links to other hosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from monitor import logs
from monitor.locale import Texts


@contextmanager
def told(t: Texts) -> Iterator[None]:
    """Tell of any error within; what Streamlit raises to stop or rerun a script passes."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, its text goes no further
        logs.failure("dashboard.failed", error)
        st.error(t("app.failed"))
