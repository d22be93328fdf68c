"""The run of the script that deals with a pressed button is not interrupted by the next click.

When somebody clicks, Streamlit runs the script with the buttons that were pressed. When the same
person clicks again, Streamlit interrupts that run at the next thing it draws and starts another,
which knows the later click only. Somebody who pressed *Send* and at once *Lock* would lose the
reply without a word. Three things prevent that:

- A button that stores something has :func:`carry_through` as its ``on_click``: the run ignores
  later clicks until it ends.
- ``main.py`` does its work within :func:`until_the_end`: then the later click has its turn.
- ``runner.fastReruns`` is off: otherwise Streamlit serves the later click in a second thread,
  beside the first run.

A browser that disconnects stops a run in the same way, and so waits in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

# Streamlit has no setting for this. Whenever the script draws something, Streamlit calls this
# method to learn whether to interrupt the run. An attribute of the same name on the one object
# hides the method. Streamlit replaces the object, and so ends this, when no run is left to do.
_INTERRUPTION_CHECK = "on_scriptrunner_yield"


def carry_through() -> None:
    """Let nothing interrupt the coming run: the ``on_click`` of a button that stores something.

    Streamlit calls it before the run begins.
    """
    requests = _requests()
    if requests is not None:
        vars(requests)[_INTERRUPTION_CHECK] = _no_interruption


@contextmanager
def until_the_end() -> Iterator[None]:
    """Around everything a run does: undo :func:`carry_through` when it ends, by an error too."""
    try:
        yield
    finally:
        _allow_interruption()


def rerun() -> NoReturn:
    """End this run and draw the page anew; or serve a click that came meanwhile, which does both.

    Use it in place of ``st.rerun``, which does not end a run that was carried through.
    """
    _allow_interruption()
    # Drawing nothing lets a waiting click interrupt here. `st.rerun` would merge with that click,
    # and stay on this page when the click leads to another.
    st.empty()
    st.rerun()


def _allow_interruption() -> None:
    requests = _requests()
    if requests is not None:
        vars(requests).pop(_INTERRUPTION_CHECK, None)


def _requests() -> ScriptRequests | None:
    """Where Streamlit keeps the clicks that wait in this browser session; None outside a run."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.script_requests if context else None


def _no_interruption() -> None:
    """In the place of Streamlit's check: nothing waits, as far as this run is concerned."""
