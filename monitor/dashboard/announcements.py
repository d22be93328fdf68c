"""What was done a moment ago, said by the next runs of a page."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session

TOP = "top"
"""The place beneath the title of a page, for forms that are gone once they were sent."""
_DONE, _PLACE = "done", "done-place"
_DONE_SECONDS = 6


def announce(done: str, place: str = TOP) -> None:
    """Have the next runs say what was done, at a place that draws `show_announcement`.

    For some seconds, so that the second of two clicks does not wipe it away.
    """
    until = int(clock.now().timestamp()) + _DONE_SECONDS
    session.remember(_DONE, f"{until} {done}")
    session.remember(_PLACE, place)


def show_announcement(place: str = TOP) -> None:
    """What was done a moment ago, if it is to be said here."""
    until, _, done = session.remembered(_DONE).partition(" ")
    if done and session.remembered(_PLACE) == place and clock.now().timestamp() < int(until):
        st.success(phrases.escaped(done))
