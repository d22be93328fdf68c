"""How scores and signals are worked out, in plain words."""

from __future__ import annotations

import streamlit as st

from monitor.climate import method
from monitor.dashboard import elements, markup
from monitor.dashboard.results import method_pictures
from monitor.dashboard.visit import Visit

ADDRESS = "rekenen"


def show(visit: Visit) -> None:
    """The method, with its weak spots."""
    t = visit.t
    st.title(t("method.title"), anchor=False)
    st.markdown(t("method.lead"))
    st.html(method_pictures.gallery(t) + markup.text("p", t("method.picture.made_up"), "quiet"))
    st.header(t("glossary.title"), anchor=False)
    st.html(method_pictures.words(t))
    elements.bullets(t(f"glossary.{term}") for term in elements.GLOSSARY)
    for section in method.sections(t, visit.context.settings.minimum):
        st.header(section.title, anchor=False)
        elements.bullets(section.points)
