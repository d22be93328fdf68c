"""What guards a screen that is left alone: a warning in time, and then it is cleared."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.access import sessions
from monitor.context import AppContext
from monitor.dashboard import session
from monitor.dashboard.error_boundary import told
from monitor.dashboard.visit import language
from monitor.locale import texts

WATCH_SECONDS = 60
"""How often an open page asks whether its session still runs."""
WARN_SECONDS = 5 * 60
"""So long before the session ends it is said: what was typed and not sent is lost with it."""


@st.fragment(run_every=WATCH_SECONDS)
def watch(context: AppContext) -> None:
    """Warn somebody who is still there; clear the screen of somebody who walked away.

    A full run then finds no session.
    """
    t = texts(language(context))
    token = session.cookie(context.settings.secure)
    with told(t):
        left = sessions.left(context.engine, token, clock.now())
        if left is None:
            st.rerun()
        if left.seconds > WARN_SECONDS:
            return
        with st.container(key="soon"):
            minutes = max(1, left.seconds // 60)
            st.warning(t("soon.idle" if left.by_use else "soon.longest", count=minutes))
            if left.by_use:
                st.button(t("soon.stay"), key="soon-stay", on_click=_stay, args=(context, token))


def _stay(context: AppContext, token: str | None) -> None:
    """Note the use of the session; the run that follows finds nothing to warn of."""
    sessions.person(context.engine, token, clock.now())
