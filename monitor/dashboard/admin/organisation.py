"""The units: seeing them, and renaming, moving, adding, closing and opening one by hand."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st

from monitor.dashboard import choices, elements, phrases
from monitor.dashboard.admin import proposals
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.organisation import edits, move_acts
from monitor.organisation.members import people_per_unit
from monitor.organisation.outline import read_outline
from monitor.organisation.register import edit_tree, import_tree
from monitor.organisation.tree import Tree
from monitor.organisation.tree_cells import LONGEST_NAME

UPLOAD = "/bestanden/organisatie"
UNIT = "unit"
"""The place beneath the choice of a unit, where it is said that it was closed or opened."""


def show(visit: Visit) -> None:
    """The tree as it is, and what may be done with one unit."""
    t, tree = visit.t, visit.tree
    st.title(t("page.organisation"), anchor=False)
    show_announcement()
    if not tree.units:
        first_tree(visit)
        return
    st.markdown(t("org.intro", count=len(tree.open_units)))
    elements.link(visit, UPLOAD, t("org.upload"))
    _change_unit(visit)
    st.header(t("org.all"), anchor=False)
    people = people_per_unit(visit.context.engine) or Counter()
    st.table(table(tree, people, t), alt=t("org.all.alt"))


def first_tree(visit: Visit) -> None:
    """Two ways to the first tree: from a file, or typed."""
    t, form = visit.t, Form(visit, "outline")
    st.markdown(t("org.first"))
    elements.link(visit, UPLOAD, t("org.upload"))
    with form.fields():
        typed = form.text_area(
            "text", t("org.typed"), height=220, placeholder=t("org.typed.example")
        )
        st.markdown(t("org.typed.hint"))
        sent = form.submit(t("org.typed.keep"), primary=True)

    def keep(actor: str, now: datetime) -> None:
        tree = read_outline(typed, t("org.typed.name"))
        import_tree(visit.context.engine, tree, actor, now)

    if sent:
        form.finish(keep, t("org.kept"), TOP)


def table(tree: Tree, people: Counter[str], t: Texts) -> pd.DataFrame:
    """Every unit with its short name, and how many members there are where that is known."""
    rows = [
        (
            phrases.indented(phrases.escaped(unit.name), tree.depth(unit.key)),
            phrases.escaped(unit.key),
            t("org.closed") if unit.closed else str(people[unit.key] or ""),
        )
        for unit in tree.units
    ]
    names = [t("table.unit"), t("org.key"), t("org.members")]
    frame = pd.DataFrame(rows, columns=names).set_index(names[0])
    return frame if any(last for *_, last in rows) else frame[names[1:2]]


def _change_unit(visit: Visit) -> None:
    """Choose a unit, and change it."""
    t, tree = visit.t, visit.tree
    st.header(t("org.one"), anchor=False)
    st.markdown(t("org.one.text"))
    unit = choices.unit(visit, tuple(unit.key for unit in tree.units))
    show_announcement(UNIT)
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


def _rename(visit: Visit, unit: str) -> None:
    t, form = visit.t, Form(visit, f"rename-{unit}")
    with form.fields(border=False):
        name = form.text("name", t("org.name"), visit.unit_name(unit), longest=LONGEST_NAME)
        sent = form.submit(t("org.rename.button"))
    if sent:
        _edit(form, partial(edits.renamed, key=unit, name=name), f"rename {unit}: {name}")


def _add(visit: Visit, unit: str) -> None:
    t, form = visit.t, Form(visit, f"add-{unit}")
    with form.fields(border=False):
        label = t("org.add.name", unit=phrases.escaped(visit.unit_name(unit)))
        name = form.text("name", label, longest=LONGEST_NAME)
        sent = form.submit(t("org.add.button"))
    if sent:
        _edit(form, partial(edits.added, name=name, parent=unit), f"add {name}: {unit}")


def _move(visit: Visit, unit: str) -> None:
    t, tree, form = visit.t, visit.tree, Form(visit, f"move-{unit}")
    parents = [u.key for u in tree.open_units if not tree.is_beneath(u.key, unit)]
    names = choices.unit_names(visit, parents)
    with form.fields(border=False):
        parent = form.select(
            "parent",
            t("org.move.to"),
            parents,
            names.__getitem__,
            chosen=str(tree.get(unit).parent),
        )
        sent = form.submit(t("org.move.button"))
    if sent and parent:
        proposals.submit(form, partial(move_acts.move, unit, parent), t("org.kept"))


def _close(visit: Visit, unit: str) -> None:
    t, form = visit.t, Form(visit, f"close-{unit}")
    if form.confirmed(t("org.close.sure"), t("org.close.button"), t("org.close.text")):
        _edit(form, partial(edits.closed, key=unit), f"close {unit}", UNIT)


def _reopen(visit: Visit, unit: str) -> None:
    t, form = visit.t, Form(visit, f"reopen-{unit}")
    st.markdown(t("org.reopen.text"))
    if form.button(t("org.reopen.button")):
        _edit(form, partial(edits.reopened, key=unit), f"reopen {unit}", UNIT)


def _edit(form: Form, edit: partial[Tree], logged: str, place: str | None = None) -> None:
    visit, work = form.visit, partial(edit_tree, form.visit.context.engine, edit, logged)
    form.finish(work, visit.t("org.kept"), place)
