"""What leadership sees of the klaagmuur: themes of closed quarters, beside the pulse, not in it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from monitor import clock
from monitor.access.roles import Permission, may
from monitor.dashboard import phrases
from monitor.dashboard.visit import Visit
from monitor.errors import InputRefused
from monitor.klaagmuur import contacts, help, luisteraars, readers
from monitor.klaagmuur import themes as store
from monitor.klaagmuur.themes import FEWEST, Released
from monitor.locale import Texts


def show(visit: Visit) -> None:
    """The released themes; for the beheerder also who listens and which numbers need a call."""
    t = visit.t
    st.title(t("page.themes"), anchor=False)
    st.markdown(t("themes.text", fewest=FEWEST))
    if visit.sees_results:
        _released(visit)
    if may(visit.person, Permission.MANAGE_ACCOUNTS):
        _listeners(visit)
        _signposts(visit)


def allowed(visit: Visit) -> bool:
    """Whether the page is for this person: leadership, or who looks after the set-up."""
    return visit.sees_results or may(visit.person, Permission.MANAGE_ACCOUNTS)


def table(found: Sequence[Released], t: Texts) -> pd.DataFrame:
    """Quarter, theme, how many in a band, and the luisteraar's line."""
    names = [t(f"themes.{name}") for name in ("quarter", "theme", "times", "line")]
    rows = [
        (
            phrases.quarter(one.quarter, t),
            t(f"klaagmuur.theme.{one.theme}"),
            phrases.band(one.band, t),
            one.line or phrases.NOTHING,
        )
        for one in found
    ]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def _released(visit: Visit) -> None:
    t = visit.t
    found = store.released(visit.context.engine)
    if found:
        st.table(table(found, t), alt=t("themes.alt"))
    else:
        st.markdown(t("themes.none", fewest=FEWEST))


def _listeners(visit: Visit) -> None:
    t, today = visit.t, clock.today()
    st.subheader(t("themes.listeners"), anchor=False)
    known = luisteraars.everyone(visit.context.engine)
    present, announced = readers.active(known, today), readers.announced(known, today)
    if not present:
        st.warning(t("themes.nobody"))
    for state, group in (("since", present), ("from", announced)):
        for one in group:
            day = phrases.day(readers.starts_on(one, known), t)
            st.markdown(t(f"themes.{state}", name=phrases.plain(one.name), day=day))
            st.code(one.fingerprint, language=None)


def _signposts(visit: Visit) -> None:
    t, today = visit.t, clock.today()
    st.subheader(t("themes.signposts"), anchor=False)
    try:
        found = contacts.current(visit.context.engine, visit.context.settings.help_file)
    except InputRefused as refusal:
        st.error(t(refusal.key, **refusal.words))
        return
    old = help.stale(found, today)
    for one in old:
        day = phrases.day(one.checked_on, t)
        st.warning(t("themes.stale", name=phrases.plain(one.said(t.language)), day=day))
    if not old:
        st.markdown(t("themes.fresh"))
