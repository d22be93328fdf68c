"""Settings: what holds for the whole organisation, and a form in a fold to change each."""

from __future__ import annotations

from collections.abc import Callable
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
from monitor.mail import route
from monitor.organisation import preferences as store
from monitor.organisation import profile
from monitor.organisation.preferences import Delivery


def show(visit: Visit) -> None:
    """Everything the organisation chooses for everybody."""
    t = visit.t
    st.title(t("page.preferences"), anchor=False)
    show_announcement()
    st.markdown(t("set.intro"))
    for subject, current, change in SUBJECTS:
        with st.container(border=True, key=f"card-set-{subject}", gap="xsmall"):
            st.subheader(t(f"set.{subject}"), anchor=False)
            st.markdown(current(visit))
            with st.expander(t("set.change"), key=f"set-fold-{subject}", type="compact"):
                change(visit)


def _name_now(visit: Visit) -> str:
    name = visit.context.name
    return visit.t("set.name.now", name=phrases.escaped(name)) if name else visit.t("set.name.none")


def _delivery_now(visit: Visit) -> str:
    """How codes go out, and by which server where mail leaves."""
    t, context = visit.t, visit.context
    chosen, used = store.read(context.engine).delivery, route.in_use(context)
    lines = [t(f"set.delivery.{chosen.value}") + "."]
    if used is not None:
        lines.append(t("start.mail.goes", host=phrases.escaped(used.server.host)))
    elif chosen is Delivery.MAIL:
        lines.append(f"**{t('start.mail.missing')}**")
    return " ".join(lines)


def _word_now(visit: Visit) -> str:
    t, word = visit.t, klaagmuur_access.access_word(visit.context.engine)
    return t("set.word.now", word=phrases.escaped(word)) if word else t("set.word.none")


def _consent_now(visit: Visit) -> str:
    t, stored = visit.t, profile.consent(visit.context.engine)
    if stored is None:
        return t("set.consent.none")
    day, note = phrases.day(stored.on, t), phrases.escaped(stored.note)
    return t("set.consent.known", day=day, note=note)


def name(visit: Visit) -> None:
    """What the organisation is called."""
    t, context = visit.t, visit.context
    if context.settings.organisation_name:
        st.markdown(t("set.name.fixed", name=phrases.escaped(context.name)))
        return
    form = Form(visit, "name")
    with form.fields():
        typed = form.text("text", t("set.name.field"), context.name, longest=profile.LONGEST_NAME)
        sent = form.submit(t("set.keep"), primary=True)

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
        sent = form.submit(t("set.keep"), primary=True)
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
        sent = form.submit(t("set.keep"), primary=True)
    if sent:
        form.finish(partial(klaagmuur_access.set_access_word, engine, word), t("set.kept"))
    if klaagmuur_access.is_easy(klaagmuur_access.access_word(engine)):
        st.info(t("klaagmuur.word_easy"))


def consent(visit: Visit) -> None:
    """Since when the works council agrees, and where that can be found."""
    t, engine, form = visit.t, visit.context.engine, Form(visit, "consent")
    stored = profile.consent(engine)
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
        sent = form.submit(t("set.keep"), primary=True)

    def keep(actor: str, now: datetime) -> None:
        profile.note_consent(engine, parse_day(typed), note, actor, now.astimezone(AMSTERDAM))

    if sent:
        form.finish(keep, t("set.kept"))


SUBJECTS: tuple[tuple[str, Callable[[Visit], str], Callable[[Visit], None]], ...] = (
    ("name", _name_now, name),
    ("delivery", _delivery_now, delivery),
    ("calendar", schedule.next_opening, schedule.calendar),
    ("word", _word_now, access_word),
    ("consent", _consent_now, consent),
    ("language", installation.language_now, installation.language),
    ("minimum", installation.minimum_now, installation.minimum),
)
"""Name of the subject, what holds of it as a sentence, and the form that changes it."""
