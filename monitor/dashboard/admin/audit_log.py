"""Who changed what in the set-up: for the beheerder, and for those who oversee."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from monitor.dashboard import elements, phrases
from monitor.dashboard.admin.typed_days import parse_day
from monitor.dashboard.visit import Visit
from monitor.errors import InputRefused
from monitor.locale import Texts, formats
from monitor.store import audit
from monitor.store.audit import VIEWS, Entry, Selection

A_PAGE = 50
"""Changes on one page."""
DATED = re.compile(r"(?<![\w-])20\d\d-\d\d(?:-\d\d)?(?![\w-])")
"""A month or a day, as the log keeps it."""
PROGRAM_ACTORS = ("cli", "calendar", "serve", "demo")
"""Actors that are not people."""


def show(visit: Visit) -> None:
    """The changes of a view and of some days, newest first, a page at a time."""
    t = visit.t
    st.title(t("page.audit_log"), anchor=False)
    st.markdown(t("log.intro"))
    selection = _selection(t)
    total = audit.count(visit.context.engine, selection)
    if not total:
        elements.empty_state(visit, "log.none")
        return
    pages = -(-total // A_PAGE)
    page = _page(pages, t)
    entries = audit.entries(visit.context.engine, A_PAGE, selection, (page - 1) * A_PAGE)
    st.caption(t("log.count", count=total, page=page, pages=pages))
    st.table(table(entries, t), alt=t("log.alt"))
    elements.link(visit, _address(selection), t("log.download"), quiet=True)


def _selection(t: Texts) -> Selection:
    """Which kind of changes, and from when to when."""
    view = st.selectbox(
        t("log.view"),
        tuple(VIEWS),
        format_func=lambda name: t(f"log.view.{name}"),
        filter_mode=None,
        key="log-view",
    )
    with st.container(horizontal=True):
        typed = [st.text_input(t(f"log.{end}"), key=f"log-{end}") for end in ("first", "last")]
    days: list[date | None] = []
    for text in typed:
        try:
            days.append(parse_day(text) if text.strip() else None)
        except InputRefused as refusal:
            st.error(phrases.escaped(t(refusal.key, **refusal.words)))
            days.append(None)
    return Selection(view, *days)


def _page(pages: int, t: Texts) -> int:
    """The page to show; nothing to choose where there is one."""
    if pages == 1:
        return 1
    chosen = st.number_input(t("log.page"), min_value=1, max_value=pages, key="log-page")
    return int(chosen)


def _address(selection: Selection) -> str:
    """Where the selection is handed over as a file."""
    chosen = {"soort": selection.view}
    chosen |= {"van": selection.first.isoformat()} if selection.first else {}
    chosen |= {"tot": selection.last.isoformat()} if selection.last else {}
    return f"/bestanden/logboek.csv?{urlencode(chosen)}"


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
    detail = _dated(_detail(entry, t), t)
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
    if entry.action == "help.contacts" and ": " in entry.detail:
        verb, need, reached_by = entry.detail.replace(": ", " ", 1).split(" ", 2)
        return f"{_in_words('contact', verb, t)} ({t(f'con.need.{need}')}) {reached_by}"
    return entry.detail


def _dated(detail: str, t: Texts) -> str:
    """The detail with each month and day as people write it; the log keeps ``2026-11``."""

    def written(match: re.Match[str]) -> str:
        figures = match[0]
        try:
            if len(figures) == len("2026-11"):
                return formats.month(figures, t.language)
            return formats.day(date.fromisoformat(figures), t.language)
        except ValueError:  # no such month or day: it means something else
            return figures

    return DATED.sub(written, detail)


def _in_words(kind: str, name: str, t: Texts) -> str:
    key = f"log.{kind}.{name.strip(chr(34))}"
    return t(key) if t.has(key) else name
