"""What stands in the place of a page that somebody may not see."""

from __future__ import annotations

from html import escape

import streamlit as st

from monitor.dashboard import session
from monitor.dashboard.visit import Visit
from monitor.locale import Texts


def sign_in(t: Texts, address: str) -> None:
    """For who is not signed in: the way to do that, and to come back here."""
    st.title(t("signed_out.title"), anchor=False)
    st.write(t("signed_out.text"))
    target = escape(f"/aanmelden?naar={session.return_address(address)}")
    st.html(f'<p><a class="button" href="{target}">{escape(t("signed_out.link"))}</a></p>')


def refused(visit: Visit) -> None:
    """For whose role the page is not: that it is so, and the way on."""
    st.title(visit.t("refused.title"), anchor=False)
    st.write(visit.t("refused.text"))
    label = escape(visit.t("refused.link"))
    st.html(f'<p><a class="button" href="/" target="_self">{label}</a></p>')
