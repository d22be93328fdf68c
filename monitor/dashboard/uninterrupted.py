"""What somebody sent is dealt with before their next click is looked at.

Streamlit breaks a run of the script off, at the next thing it draws, as soon as its reader clicks
again, and the run that follows knows of the later click only. So a reply would be lost without a
word when *Lock* was pressed while the page with it was still being drawn. A button that does
something therefore has its run carried through; the later click has its turn after it. That needs
``runner.fastReruns = false``: otherwise the later click is served beside it, by another thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

# Streamlit has no switch for this. Where it asks whether somebody clicked again, one session's own
# answer stands in for as long as the run lasts.
_ASKED = "on_scriptrunner_yield"


def carry_through() -> None:
    """Have this run end before the next click is looked at: called back by a button, before it."""
    requests = _requests()
    if requests is not None:
        vars(requests)[_ASKED] = _nobody_clicked


@contextmanager
def until_the_end() -> Iterator[None]:
    """Around all of a run: after it, later clicks are looked at again."""
    try:
        yield
    finally:
        _release()


def rerun() -> NoReturn:
    """Draw the page anew; or have the next click served, if there was one meanwhile."""
    _release()
    st.empty()  # breaks off here when somebody clicked on: a rerun of our own would take its place
    st.rerun()


def _release() -> None:
    requests = _requests()
    if requests is not None:
        vars(requests).pop(_ASKED, None)


def _requests() -> ScriptRequests | None:
    """What this browser session asks of its script."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.script_requests if context else None


def _nobody_clicked() -> None:
    """No request: the run goes on."""
