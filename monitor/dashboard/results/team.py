"""What the leidinggevende shares with the team: the results page and the line above it."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.climate.team_messages import LONGEST, reply, write_reply
from monitor.dashboard import choices, phrases
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal

FORM = "reply"


def show(visit: Visit) -> None:
    """The link for the team, and the line 'what was done with it'."""
    t = visit.t
    st.title(t("page.team"), anchor=False)
    unit = choices.unit(visit, visit.replies_to)
    st.header(t("team.link.title"), anchor=False)
    st.markdown(t("team.link.text"))
    address = visit.team_page(unit)
    st.code(address, language=None, wrap_lines=True)
    st.markdown(f"[{t('team.link.open')}]({address})")
    st.header(t("team.reply.title"), anchor=False)
    st.markdown(t("team.reply.text"))
    _form(visit, unit)


def _form(visit: Visit, unit: str) -> None:
    t = visit.t
    written = reply(visit.context.engine, unit)
    with st.form(f"{FORM}-{unit}", enter_to_submit=False):
        text = st.text_area(
            t("team.reply.label", most=LONGEST),
            written.text if written else "",
            max_chars=LONGEST,
            key=f"{FORM}-{unit}-text",
        )
        sent = st.form_submit_button(t("team.reply.save"), type="primary")
    if sent and _save(visit, unit, text):
        st.success(t("team.reply.saved" if text.strip() else "team.reply.removed"))
    elif written:
        day = phrases.day(written.written_on, t)
        st.markdown(t("team.reply.now", day=day))


def _save(visit: Visit, unit: str, text: str) -> bool:
    """Write the line; the same line twice, as after a double click, changes nothing."""
    try:
        write_reply(visit.context.engine, unit, text, clock.today())
    except Refusal as refusal:
        st.error(visit.t(refusal.key, **refusal.words))
        return False
    return True
