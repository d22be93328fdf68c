"""Settings: the name, mail, the calendar, the access word, and the works council's agreement."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor import clock
from monitor.clock import AMSTERDAM
from monitor.context import refresh_context
from monitor.dashboard import phrases
from monitor.dashboard.admin import forms, mail, schedule
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import access_word as wall
from monitor.organisation import preferences as store
from monitor.organisation import profile
from monitor.organisation.preferences import Delivery


def show(visit: Visit) -> None:
    """Everything the organisation chooses for everybody."""
    t = visit.t
    st.title(t("page.preferences"), anchor=False)
    forms.told()
    st.header(t("set.name"), anchor=False)
    name(visit)
    st.header(t("set.delivery"), anchor=False)
    delivery(visit)
    st.header(t("set.calendar"), anchor=False)
    schedule.form(visit)
    st.header(t("set.word"), anchor=False)
    access_word(visit)
    st.header(t("set.consent"), anchor=False)
    consent(visit)


def name(visit: Visit) -> None:
    """What the organisation is called."""
    t, context = visit.t, visit.context
    if context.settings.organisation_name:
        st.markdown(t("set.name.fixed", name=phrases.plain(context.name)))
        return
    with st.form("name"):
        chosen = st.text_input(
            t("set.name.field"),
            context.name,
            max_chars=profile.LONGEST_NAME,
            key=forms.key("name", "text"),
        )
        sent = st.form_submit_button(t("set.keep"), key=forms.key("name", "send"))
    if sent:

        def keep() -> None:
            profile.choose_name(context.engine, chosen, visit.person.email, clock.now())
            refresh_context()

        forms.once(visit, "name", keep, "set.kept")


def delivery(visit: Visit) -> None:
    """How codes go out, and whether mail arrives."""
    t, chosen = visit.t, store.read(visit.context.engine)
    with st.form("delivery"):
        way = st.radio(
            t("set.delivery.how"),
            tuple(Delivery),
            index=tuple(Delivery).index(chosen.delivery),
            format_func=lambda one: t(f"set.delivery.{one.value}"),
            key=forms.key("delivery", "way"),
        )
        sent = st.form_submit_button(t("set.keep"), key=forms.key("delivery", "send"))
    if sent:
        _change(visit, "delivery", delivery=way)
    mail.show(visit, chosen.delivery)


def access_word(visit: Visit) -> None:
    """The word on the poster that opens the klaagmuur."""
    t, engine = visit.t, visit.context.engine
    st.markdown(t("set.word.text"))
    with st.form("word"):
        word = st.text_input(
            t("set.word.field"),
            wall.access_word(engine),
            max_chars=wall.LONGEST_WORD,
            key=forms.key("word", "text"),
        )
        sent = st.form_submit_button(t("set.keep"), key=forms.key("word", "send"))
    if sent:
        forms.once(
            visit,
            "word",
            lambda: wall.set_access_word(engine, word, visit.person.email, clock.now()),
            "set.kept",
        )


def consent(visit: Visit) -> None:
    """Since when the works council agrees, and where that can be found."""
    t, engine = visit.t, visit.context.engine
    known = profile.consent(engine)
    if known is not None:
        day, note = phrases.day(known.on, t), phrases.plain(known.note)
        st.markdown(t("set.consent.known", day=day, note=note))
    else:
        st.markdown(t("set.consent.text"))
    with st.form("consent"):
        on = st.text_input(
            t("set.consent.day"),
            forms.typed_day(known.on if known else None),
            placeholder="3-11-2026",
            max_chars=10,
            key=forms.key("consent", "day"),
        )
        note = st.text_input(
            t("set.consent.note"),
            known.note if known else "",
            max_chars=profile.LONGEST_NOTE,
            key=forms.key("consent", "note"),
        )
        sent = st.form_submit_button(t("set.keep"), key=forms.key("consent", "send"))
    if sent:
        forms.once(
            visit,
            "consent",
            lambda: profile.note_consent(engine, forms.day(on), note, visit.person.email, _now()),
            "set.kept",
        )


def _change(visit: Visit, form: str, **chosen: object) -> None:
    forms.once(
        visit,
        form,
        lambda: store.change(visit.context.engine, visit.person.email, clock.now(), **chosen),
        "set.kept",
    )


def _now() -> datetime:
    return clock.now().astimezone(AMSTERDAM)
