"""The units: seeing them, and renaming, moving, adding, closing and opening one by hand."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pandas as pd
import streamlit as st

from monitor import clock
from monitor.dashboard import choices, phrases
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.organisation import edits
from monitor.organisation.outline import read_outline
from monitor.organisation.register import edit_tree, import_tree, members
from monitor.organisation.tree import Tree
from monitor.organisation.unit_files import LONGEST_NAME

UPLOAD = "/bestanden/organisatie"
TYPED = "outline"


def show(visit: Visit) -> None:
    """The tree as it is, and what may be done with one unit."""
    t, tree = visit.t, visit.tree
    st.title(t("page.organisation"), anchor=False)
    forms.told()
    if not tree.units:
        first(visit)
        return
    st.markdown(t("org.intro", count=len(tree.open_units)))
    forms.link(visit, UPLOAD, "org.upload")
    one(visit)
    st.header(t("org.all"), anchor=False)
    people = Counter(member.unit for member in members(visit.context.engine))
    st.table(table(tree, people, t), alt=t("org.all.alt"))


def first(visit: Visit) -> None:
    """Two ways to the first tree: from a file, or typed."""
    t = visit.t
    st.markdown(t("org.first"))
    forms.link(visit, UPLOAD, "org.upload")
    with st.form(TYPED):
        typed = st.text_area(
            t("org.typed"),
            height=220,
            placeholder=t("org.typed.example"),
            help=None,
            key=forms.key(TYPED, "text"),
        )
        st.markdown(t("org.typed.hint"))
        sent = st.form_submit_button(
            t("org.typed.keep"), type="primary", key=forms.key(TYPED, "send")
        )
    if sent:

        def keep() -> None:
            tree = read_outline(typed, t("org.typed.name"))
            import_tree(visit.context.engine, tree, visit.person.email, clock.now())

        forms.once(visit, TYPED, keep, "org.kept")


def one(visit: Visit) -> None:
    """Choose a unit, and change it."""
    t, tree = visit.t, visit.tree
    st.header(t("org.one"), anchor=False)
    st.markdown(t("org.one.text"))
    unit = choices.unit(visit, tuple(each.key for each in tree.units))
    if tree.get(unit).closed:
        _reopen(visit, unit)
        return
    with st.expander(t("org.rename")):
        _rename(visit, unit)
    with st.expander(t("org.add")):
        _add(visit, unit)
    if tree.get(unit).parent is not None:
        with st.expander(t("org.move")):
            _move(visit, unit)
        with st.expander(t("org.close")):
            _close(visit, unit)


def table(tree: Tree, people: Counter[str], t: Texts) -> pd.DataFrame:
    """Every unit with its short name, and how many members there are."""
    rows = [
        (
            phrases.indented(phrases.plain(unit.name), tree.depth(unit.key)),
            phrases.plain(unit.key),
            t("org.closed") if unit.closed else str(people[unit.key] or ""),
        )
        for unit in tree.units
    ]
    names = [t("table.unit"), t("org.key"), t("org.members")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def _rename(visit: Visit, unit: str) -> None:
    t, form = visit.t, f"rename-{unit}"
    with st.form(form, border=False):
        name = st.text_input(
            t("org.name"),
            visit.name(unit),
            max_chars=LONGEST_NAME,
            key=forms.key(form, "name"),
        )
        sent = st.form_submit_button(t("org.rename.button"), key=forms.key(form, "send"))
    if sent:
        _edit(visit, form, partial(edits.renamed, key=unit, name=name), f"rename {unit}: {name}")


def _add(visit: Visit, unit: str) -> None:
    t, form = visit.t, f"add-{unit}"
    with st.form(form, border=False):
        name = st.text_input(
            t("org.add.name", unit=phrases.plain(visit.name(unit))),
            max_chars=LONGEST_NAME,
            key=forms.key(form, "name"),
        )
        sent = st.form_submit_button(t("org.add.button"), key=forms.key(form, "send"))
    if sent:
        _edit(visit, form, partial(edits.added, name=name, parent=unit), f"add {name}: {unit}")


def _move(visit: Visit, unit: str) -> None:
    t, tree, form = visit.t, visit.tree, f"move-{unit}"
    places = [u.key for u in tree.open_units if not tree.is_beneath(u.key, unit)]
    names = choices.names_of(visit, places)
    with st.form(form, border=False):
        parent = st.selectbox(
            t("org.move.to"),
            places,
            index=places.index(str(tree.get(unit).parent)),
            format_func=names.__getitem__,
            filter_mode=None,
            key=forms.key(form, "parent"),
        )
        sent = st.form_submit_button(t("org.move.button"), key=forms.key(form, "send"))
    if sent and parent:
        _edit(visit, form, partial(edits.moved, key=unit, parent=parent), f"move {unit}: {parent}")


def _close(visit: Visit, unit: str) -> None:
    t, form = visit.t, f"close-{unit}"
    with st.form(form, border=False):
        st.markdown(t("org.close.text"))
        sure = st.checkbox(t("org.close.sure"), key=forms.key(form, "sure"))
        sent = st.form_submit_button(t("org.close.button"), key=forms.key(form, "send"))
    if sent and not sure:
        st.warning(t("rounds.tick_first"))
    elif sent:
        _edit(visit, form, partial(edits.closed, key=unit), f"close {unit}")


def _reopen(visit: Visit, unit: str) -> None:
    form = f"reopen-{unit}"
    st.markdown(visit.t("org.reopen.text"))
    if st.button(visit.t("org.reopen.button"), key=forms.key(form, "send")):
        _edit(visit, form, partial(edits.reopened, key=unit), f"reopen {unit}")


def _edit(visit: Visit, form: str, edit: partial[Tree], what: str) -> None:
    def work() -> None:
        edit_tree(visit.context.engine, edit, what, visit.person.email, clock.now())

    forms.once(visit, form, work, "org.kept")
