"""Who changed what in the set-up: for the beheerder, and for those who oversee."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from monitor.dashboard import choices
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.locale import Texts, formats
from monitor.store import audit
from monitor.store.audit import Entry

SHOWN = (50, 200, 1000)
"""How many of the last changes can be looked at."""
OURSELVES = ("cli", "calendar", "serve", "demo")
"""Actors that are not people."""


def show(visit: Visit) -> None:
    """The last changes, newest first."""
    t = visit.t
    st.title(t("page.audit_log"), anchor=False)
    st.markdown(t("log.intro"))
    many = st.selectbox(
        t("log.many"),
        SHOWN,
        format_func=lambda count: t("log.last", count=count),
        filter_mode=None,
        key="log-many",
    )
    entries = audit.entries(visit.context.engine, many)
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
    return formats.moment(one.at, t.language)


def _who(one: Entry, t: Texts) -> str:
    return t(f"log.actor.{one.actor}") if one.actor in OURSELVES else forms.mailbox(one.actor)


def _what(one: Entry, t: Texts) -> str:
    key = f"log.{one.action}"
    told = t(key) if t.has(key) else one.action
    detail = _detail(one, t)
    return f"{told}: {forms.mailbox(detail)}" if detail else told


def _detail(one: Entry, t: Texts) -> str:
    """The detail in words, where it is made of names that only the code knows."""
    if one.action in ("organisation.import", "members.import"):
        pairs = (pair.rpartition(" ") for pair in one.detail.split(", "))
        return ", ".join(f"{_named('count', name, t)} {n}" for name, _, n in pairs if n != "0")
    if one.action == "preferences.change":
        field, _, value = one.detail.partition(": ")
        return f"{_named('field', field, t)}: {_named('value', value, t)}"
    if one.action == "organisation.edit":
        verb, _, rest = one.detail.partition(" ")
        return f"{_named('edit', verb, t)} {rest}"
    return one.detail


def _named(kind: str, name: str, t: Texts) -> str:
    key = f"log.{kind}.{name.strip(chr(34))}"
    return t(key) if t.has(key) else name
