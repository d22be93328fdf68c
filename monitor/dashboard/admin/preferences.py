"""Settings: the name, mail, the calendar, the access word, and the works council's agreement."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from monitor.clock import AMSTERDAM
from monitor.context import refresh_context
from monitor.dashboard import phrases
from monitor.dashboard.admin import installation, mail, schedule
from monitor.dashboard.admin.typed_days import LONGEST as LONGEST_DAY
from monitor.dashboard.admin.typed_days import parse_day, typed_day
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import access_word as klaagmuur_access
from monitor.organisation import preferences as store
from monitor.organisation import profile
from monitor.organisation.preferences import Delivery


def show(visit: Visit) -> None:
    """Everything the organisation chooses for everybody."""
    t = visit.t
    st.title(t("page.preferences"), anchor=False)
    show_announcement()
    st.header(t("set.name"), anchor=False)
    name(visit)
    st.header(t("set.delivery"), anchor=False)
    delivery(visit)
    st.header(t("set.calendar"), anchor=False)
    schedule.calendar(visit)
    st.header(t("set.word"), anchor=False)
    access_word(visit)
    st.header(t("set.consent"), anchor=False)
    consent(visit)
    installation.show(visit)


def name(visit: Visit) -> None:
    """What the organisation is called."""
    t, context = visit.t, visit.context
    if context.settings.organisation_name:
        st.markdown(t("set.name.fixed", name=phrases.escaped(context.name)))
        return
    form = Form(visit, "name")
    with form.fields():
        typed = form.text("text", t("set.name.field"), context.name, longest=profile.LONGEST_NAME)
        sent = form.submit(t("set.keep"))

    def keep(actor: str, now: datetime) -> None:
        profile.choose_name(context.engine, typed, actor, now)
        refresh_context()

    if sent:
        form.finish(keep, t("set.kept"))


def delivery(visit: Visit) -> None:
    """How codes go out, and whether mail arrives."""
    t, engine, form = visit.t, visit.context.engine, Form(visit, "delivery")
    stored = store.read(engine).delivery
    with form.fields():
        chosen = form.radio(
            "way",
            t("set.delivery.how"),
            tuple(Delivery),
            lambda option: t(f"set.delivery.{option.value}"),
            chosen=stored,
        )
        sent = form.submit(t("set.keep"))
    if sent:
        form.finish(partial(store.change, engine, delivery=chosen), t("set.kept"))
    mail.show(visit, stored)


def access_word(visit: Visit) -> None:
    """The word on the poster that gives access to the klaagmuur."""
    t, engine, form = visit.t, visit.context.engine, Form(visit, "word")
    st.markdown(t("set.word.text"))
    with form.fields():
        word = form.text(
            "text",
            t("set.word.field"),
            klaagmuur_access.access_word(engine),
            longest=klaagmuur_access.LONGEST_WORD,
        )
        sent = form.submit(t("set.keep"))
    if sent:
        form.finish(partial(klaagmuur_access.set_access_word, engine, word), t("set.kept"))
    if klaagmuur_access.is_easy(klaagmuur_access.access_word(engine)):
        st.info(t("klaagmuur.word_easy"))


def consent(visit: Visit) -> None:
    """Since when the works council agrees, and where that can be found."""
    t, engine, form = visit.t, visit.context.engine, Form(visit, "consent")
    stored = profile.consent(engine)
    if stored is not None:
        day, note = phrases.day(stored.on, t), phrases.escaped(stored.note)
        st.markdown(t("set.consent.known", day=day, note=note))
    else:
        st.markdown(t("set.consent.text"))
    with form.fields():
        typed = form.text(
            "day", t("set.consent.day"), typed_day(stored.on if stored else None),
            longest=LONGEST_DAY,
            placeholder="3-11-2026",
        )  # fmt: skip
        note = form.text(
            "note",
            t("set.consent.note"),
            stored.note if stored else "",
            longest=profile.LONGEST_NOTE,
        )
        sent = form.submit(t("set.keep"))

    def keep(actor: str, now: datetime) -> None:
        profile.note_consent(engine, parse_day(typed), note, actor, now.astimezone(AMSTERDAM))

    if sent:
        form.finish(keep, t("set.kept"))
