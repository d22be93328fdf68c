"""Who changed what in the set-up: for the beheerder, and for those who oversee."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from babel.dates import format_datetime

from monitor.access import audit
from monitor.access.audit import Entry
from monitor.clock import AMSTERDAM
from monitor.dashboard import choices, phrases
from monitor.dashboard.visit import Visit
from monitor.locale import Texts

SHOWN = (50, 200, 1000)
"""How many of the last changes can be looked at."""
OURSELVES = ("cli", "calendar", "serve", "demo")
"""Actors that are not people."""


def show(visit: Visit) -> None:
    """The last changes, newest first."""
    t = visit.t
    st.title(t("page.logbook"), anchor=False)
    st.markdown(t("log.intro"))
    many = st.selectbox(
        t("log.many"),
        SHOWN,
        format_func=lambda count: t("log.last", count=count),
        filter_mode=None,
        key="log-many",
    )
    entries = audit.entries(visit.house.engine, many)
    if not entries:
        choices.empty(visit, "log.none")
        return
    st.table(table(entries, t), alt=t("log.alt"))


def table(entries: Sequence[Entry], t: Texts) -> pd.DataFrame:
    """When, who, what, and to what."""
    rows = [(_when(one, t), _who(one, t), _what(one, t)) for one in entries]
    names = [t("log.when"), t("log.who"), t("log.what")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def _when(one: Entry, t: Texts) -> str:
    local = one.at.astimezone(AMSTERDAM)
    return str(format_datetime(local, "d MMM y HH:mm", locale=t.language))


def _who(one: Entry, t: Texts) -> str:
    return t(f"log.actor.{one.actor}") if one.actor in OURSELVES else phrases.plain(one.actor)


def _what(one: Entry, t: Texts) -> str:
    key = f"log.{one.action}"
    told = t(key) if t.has(key) else one.action
    return f"{told}: {phrases.plain(one.detail)}" if one.detail else told
