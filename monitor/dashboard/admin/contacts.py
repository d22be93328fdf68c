"""The signposts on the klaagmuur: whom people can turn to, and when each was last checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.errors import InputRefused
from monitor.klaagmuur import contacts as store
from monitor.klaagmuur import help
from monitor.klaagmuur.help import FIRST_LANGUAGE, LONGEST, Contact, Need
from monitor.locale import languages

Placed = Callable[[Contact], Sequence[Contact]]
"""The whole list with a contact in its place."""


def show(visit: Visit) -> None:
    """Each contact with a form to mend it, and one for a new contact."""
    t = visit.t
    st.title(t("page.contacts"), anchor=False)
    forms.told()
    st.markdown(t("con.intro"))
    known = current(visit)
    lacking(visit, known)
    for number, one in enumerate(known):
        _contact(visit, known, number, one)
    st.header(t("con.new"), anchor=False)
    _form(visit, "contact-new", None, lambda made: (*known, made), "con.add")


def current(visit: Visit) -> tuple[Contact, ...]:
    """The contacts that hold now; none where the file of the server cannot be used."""
    try:
        return store.current(visit.context.engine, visit.context.settings.help_file)
    except InputRefused as refusal:
        forms.refused(visit, refusal)
        return ()


def lacking(visit: Visit, known: Sequence[Contact]) -> None:
    """Say for which needs the organisation has not filled in anything of its own."""
    t = visit.t
    needs = store.lacking(known)
    if needs:
        lines = [t("con.lacking"), "", *(f"- {t(f'con.need.{need.value}')}" for need in needs)]
        st.warning("\n".join(lines))


def _contact(visit: Visit, known: Sequence[Contact], number: int, one: Contact) -> None:
    t = visit.t
    title = f"{t(f'con.need.{one.need.value}')}: {phrases.plain(one.said(t.language))}"
    with st.expander(title):
        stale = one.is_stale(clock.today())
        checked = t("con.checked", day=phrases.day(one.checked_on, t))
        st.markdown(f"{checked} {t('con.stale') if stale else ''}".strip())
        form = f"contact-{number}-{hash(one.number + one.url + one.said(FIRST_LANGUAGE))}"
        others = [*known[:number], *known[number + 1 :]]
        _form(
            visit,
            form,
            one,
            lambda made: (*known[:number], made, *known[number + 1 :]),
            "con.keep",
        )
        if st.button(t("con.remove"), key=forms.key(f"{form}-remove", "send")):
            forms.once(
                visit,
                f"{form}-remove",
                lambda: store.keep(visit.context.engine, others, visit.person.email, clock.now()),
                "con.kept",
            )


def _form(visit: Visit, form: str, one: Contact | None, placed: Placed, button: str) -> None:
    t, needs = visit.t, tuple(Need)
    with st.form(form, border=one is None):
        need = st.selectbox(
            t("con.for"),
            needs,
            index=needs.index(one.need) if one else 0,
            format_func=lambda each: t(f"con.need.{each.value}"),
            filter_mode=None,
            key=forms.key(form, "need"),
        )
        names = {
            language: st.text_input(
                t(f"con.name.{language}"),
                one.name.get(language, "") if one else "",
                max_chars=LONGEST,
                key=forms.key(form, language),
            )
            for language in languages()
        }
        number = st.text_input(
            t("con.number"), one.number if one else "", max_chars=40, key=forms.key(form, "number")
        )
        url = st.text_input(
            t("con.url"),
            one.url if one else "",
            max_chars=LONGEST,
            placeholder="https://",
            key=forms.key(form, "url"),
        )
        st.markdown(t("con.today"))
        sent = st.form_submit_button(
            t(button), type="secondary" if one else "primary", key=forms.key(form, "send")
        )
    if sent:

        def keep() -> None:
            made = help.contact(need, names, number, url, clock.today())
            store.keep(visit.context.engine, placed(made), visit.person.email, clock.now())

        forms.once(visit, form, keep, "con.kept")
