"""Guards a page that is left alone: warns before the session ends, then clears the screen."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.access import sessions
from monitor.context import AppContext
from monitor.dashboard import session, uninterrupted
from monitor.dashboard.error_boundary import error_boundary
from monitor.dashboard.visit import language
from monitor.locale import texts

CHECK_SECONDS = 60
"""How often an open page asks whether its session still runs."""
WARN_SECONDS = 5 * 60
"""How long before the end the warning appears: what was typed and not sent is lost then."""


@st.fragment(run_every=CHECK_SECONDS)
def check_session(context: AppContext) -> None:
    """Warn a person who is still there; clear the screen of one who walked away.

    Once the session has ended, this starts a full run, which finds no session.
    """
    t = texts(language(context))
    token = session.cookie(context.settings.secure)
    with error_boundary(t):
        left = sessions.time_left(context.engine, token, clock.now())
        if left is None:
            uninterrupted.rerun()
        if left.seconds > WARN_SECONDS:
            return
        with st.container(key="soon"):
            minutes = max(1, left.seconds // 60)
            st.warning(t("soon.idle" if left.by_use else "soon.longest", count=minutes))
            if left.by_use:
                st.button(
                    t("soon.stay"), key="soon-stay", on_click=_use_session, args=(context, token)
                )


def _use_session(context: AppContext, token: str | None) -> None:
    """Note that the session is in use; the run that follows finds nothing to warn of."""
    sessions.person(context.engine, token, clock.now())
