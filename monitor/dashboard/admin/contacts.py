"""The help contacts above the klaagmuur: whom people can turn to, and when each was checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.form import Form, show_refusal
from monitor.dashboard.visit import Visit
from monitor.errors import InputRefused
from monitor.klaagmuur import contacts as store
from monitor.klaagmuur import help
from monitor.klaagmuur.help import FIRST_LANGUAGE, LONGEST, Contact, Need
from monitor.locale import languages

LONGEST_NUMBER = 40

Replaced = Callable[[Contact], Sequence[Contact]]
"""The whole list with a contact in its place."""


def show(visit: Visit) -> None:
    """Each contact with a form to correct it, and one for a new contact."""
    t = visit.t
    st.title(t("page.contacts"), anchor=False)
    show_announcement()
    st.markdown(t("con.intro"))
    contacts = current(visit)
    show_lacking(visit, contacts)
    for position in range(len(contacts)):
        show_announcement(_place(position))
        _contact(visit, contacts, position)
    show_announcement(_place(len(contacts)))
    st.header(t("con.new"), anchor=False)
    _contact_form(Form(visit, "contact-new"), None, lambda added: (*contacts, added))


def current(visit: Visit) -> tuple[Contact, ...]:
    """The contacts that hold now; none where the file of the server cannot be used."""
    try:
        return store.current(visit.context.engine, _file(visit))
    except InputRefused as refusal:
        show_refusal(visit, refusal)
        return ()


def show_lacking(visit: Visit, contacts: Sequence[Contact]) -> None:
    """Warn of the needs for which the organisation has no contact of its own."""
    t = visit.t
    needs = store.lacking(contacts)
    if needs:
        lines = [t("con.lacking"), "", *(f"- {t(f'con.need.{need.value}')}" for need in needs)]
        st.warning("\n".join(lines))


def _contact(visit: Visit, contacts: Sequence[Contact], position: int) -> None:
    t, contact = visit.t, contacts[position]
    before, after = contacts[:position], contacts[position + 1 :]
    name = contact.name_in(t.language)
    with st.expander(f"{t(f'con.need.{contact.need.value}')}: {phrases.escaped(name)}"):
        checked = t("con.checked", day=phrases.day(contact.checked_on, t))
        is_stale = contact.is_stale(clock.today())
        st.markdown(f"{checked} {t('con.stale') if is_stale else ''}".strip())
        content = contact.number + contact.url + contact.name_in(FIRST_LANGUAGE)
        form_name = f"contact-{position}-{hash(content)}"
        form = Form(visit, form_name)
        _contact_form(form, contact, lambda edited: (*before, edited, *after), _place(position))
        removal = Form(visit, f"{form_name}-remove")
        if removal.button(t("con.remove")):
            keep_others = partial(
                store.keep, visit.context.engine, (*before, *after), file=_file(visit)
            )
            removal.finish(keep_others, t("con.kept"), _place(position))


def _file(visit: Visit) -> Path:
    """Where the contacts are that hold until some are kept here."""
    return visit.context.settings.help_file


def _place(position: int) -> str:
    """The place that says that a contact was kept or removed; its own form is gone by then."""
    return f"contact-{position}"


def _contact_form(
    form: Form, contact: Contact | None, replaced: Replaced, place: str | None = None
) -> None:
    """Fields for a contact that is there, or for a new one."""
    t = form.visit.t
    with form.fields(border=contact is None):
        need = form.select(
            "need",
            t("con.for"),
            tuple(Need),
            lambda option: t(f"con.need.{option.value}"),
            chosen=contact.need if contact else None,
        )
        names = _names(form, contact)
        number = form.text(
            "number", t("con.number"), contact.number if contact else "", longest=LONGEST_NUMBER
        )
        url = form.text(
            "url", t("con.url"), contact.url if contact else "", longest=LONGEST,
            placeholder="https://",
        )  # fmt: skip
        st.markdown(t("con.today"))
        sent = form.submit(t("con.keep") if contact else t("con.add"), primary=contact is None)

    def keep(actor: str, now: datetime) -> None:
        typed = help.contact(need, names, number, url, clock.today())
        visit = form.visit
        store.keep(visit.context.engine, replaced(typed), actor, now, _file(visit))

    if sent:
        form.finish(keep, t("con.kept"), place)


def _names(form: Form, contact: Contact | None) -> dict[str, str]:
    """A field for the name in every language."""
    current_names = contact.name if contact else {}
    return {
        language: form.text(
            language,
            form.visit.t(f"con.name.{language}"),
            current_names.get(language, ""),
            longest=LONGEST,
        )
        for language in languages()
    }
