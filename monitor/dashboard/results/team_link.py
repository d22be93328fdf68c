"""The link to a team's results, and the forms that renew or end it.

The page behind it has what staff say of their own leidinggevende, so whoever leads above may renew
or end the link and does not see it.
"""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.organisation import team_links


def show(visit: Visit, unit: str) -> None:
    """The link of a unit this person writes to; renewing and ending it, folded away."""
    t, address = visit.t, visit.team_page(unit)
    if visit.tree.get(unit).closed:
        st.markdown(t("team.link.closed"))
        return
    if address and unit not in visit.own_units:
        st.markdown(t("team.link.not_own"))
    elif address:
        st.code(address, language=None, wrap_lines=True)
        st.markdown(f"[{t('team.link.open')}]({address})")
    else:
        st.markdown(t("team.link.ended"))
    with st.expander(t("team.link.change")):
        _renew(visit, unit)
        if address:
            _end(visit, unit)


def _renew(visit: Visit, unit: str) -> None:
    t, form = visit.t, Form(visit, f"renew-{unit}")

    def renew(actor: str, now: datetime) -> None:
        team_links.renew(visit.context.engine, unit, actor, now)

    if form.confirmed(t("team.link.sure"), t("team.link.renew"), t("team.link.renew.text")):
        form.finish(renew, t("team.link.renewed"))


def _end(visit: Visit, unit: str) -> None:
    t, form = visit.t, Form(visit, f"end-{unit}")

    def end(actor: str, now: datetime) -> None:
        team_links.end(visit.context.engine, unit, actor, now)

    if form.confirmed(t("team.link.sure"), t("team.link.end"), t("team.link.end.text")):
        form.finish(end, t("team.link.ended"), place=f"renew-{unit}")
