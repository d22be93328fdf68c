"""An unexpected error: its type goes to the log, a calm sentence to the reader.

Streamlit's own box speaks English, shows the exception's text and links to other hosts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from monitor import logs
from monitor.dashboard import phrases
from monitor.errors import RoundAltered
from monitor.locale import Texts


@contextmanager
def error_boundary(t: Texts) -> Iterator[None]:
    """Show a sentence for any error within; what stops or reruns a script passes through."""
    try:
        yield
    except RoundAltered as altered:  # the operator has to look, and this says so
        logs.note(altered.key, level=logging.ERROR, period=str(altered.month))
        st.error(phrases.escaped(t(altered.key, **altered.words)))
    except Exception as error:  # noqa: BLE001 - whatever it is, its text goes no further
        logs.failure("dashboard.failed", error)
        st.error(t("app.failed"))
