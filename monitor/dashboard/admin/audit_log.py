"""Who changed what in the set-up: for the beheerder, and for those who oversee."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from monitor.dashboard import elements, phrases
from monitor.dashboard.visit import Visit
from monitor.locale import Texts, formats
from monitor.store import audit
from monitor.store.audit import Entry

SHOWN = (50, 200, 1000)
"""How many of the last changes can be shown."""
PROGRAM_ACTORS = ("cli", "calendar", "serve", "demo")
"""Actors that are not people."""


def show(visit: Visit) -> None:
    """The last changes, newest first."""
    t = visit.t
    st.title(t("page.audit_log"), anchor=False)
    st.markdown(t("log.intro"))
    count = st.selectbox(
        t("log.many"),
        SHOWN,
        format_func=lambda count: t("log.last", count=count),
        filter_mode=None,
        key="log-many",
    )
    entries = audit.entries(visit.context.engine, count)
    if not entries:
        elements.empty_state(visit, "log.none")
        return
    st.table(table(entries, t), alt=t("log.alt"))


def table(entries: Sequence[Entry], t: Texts) -> pd.DataFrame:
    """When, who, what, and to what."""
    rows = [
        (formats.moment(entry.at, t.language), _actor(entry, t), _action(entry, t))
        for entry in entries
    ]
    names = [t("log.when"), t("log.who"), t("log.what")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def _actor(entry: Entry, t: Texts) -> str:
    if entry.actor in PROGRAM_ACTORS:
        return t(f"log.actor.{entry.actor}")
    return phrases.escaped(entry.actor)


def _action(entry: Entry, t: Texts) -> str:
    key = f"log.{entry.action}"
    action = t(key) if t.has(key) else entry.action
    detail = _detail(entry, t)
    return f"{action}: {phrases.escaped(detail)}" if detail else action


def _detail(entry: Entry, t: Texts) -> str:
    """The detail in words, where it is made of names that only the code knows."""
    if entry.action in ("organisation.import", "members.import"):
        pairs = (pair.rpartition(" ") for pair in entry.detail.split(", "))
        return ", ".join(f"{_in_words('count', name, t)} {n}" for name, _, n in pairs if n != "0")
    if entry.action == "preferences.change":
        field, _, value = entry.detail.partition(": ")
        return f"{_in_words('field', field, t)}: {_in_words('value', value, t)}"
    if entry.action == "organisation.edit":
        verb, _, rest = entry.detail.partition(" ")
        return f"{_in_words('edit', verb, t)} {rest}"
    return entry.detail


def _in_words(kind: str, name: str, t: Texts) -> str:
    key = f"log.{kind}.{name.strip(chr(34))}"
    return t(key) if t.has(key) else name
