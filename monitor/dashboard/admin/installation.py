"""What holds for the whole installation: the language, and the minimum, which only rises."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor.context import refresh_context
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.locale import languages, own_name
from monitor.store import installation_choices
from monitor.store.installation_choices import HIGHEST_MINIMUM


def language_now(visit: Visit) -> str:
    """The language that holds."""
    return visit.t("set.language.now", name=own_name(visit.context.settings.language))


def minimum_now(visit: Visit) -> str:
    """The minimum that holds."""
    return visit.t("set.minimum.text", minimum=visit.context.settings.minimum)


def language(visit: Visit) -> None:
    """In which language pages begin, and mail and paper are."""
    t, context, form = visit.t, visit.context, Form(visit, "language")
    if context.settings.language_is_fixed:
        st.markdown(t("set.language.fixed", name=own_name(context.settings.language)))
        return
    st.markdown(t("set.language.text"))
    with form.fields():
        chosen = form.radio(
            "code",
            t("set.language.field"),
            tuple(languages()),
            own_name,
            chosen=context.settings.language,
        )
        sent = form.submit(t("set.keep"), primary=True)

    def keep(actor: str, now: datetime) -> None:
        installation_choices.choose_language(context.engine, chosen, actor, now)
        refresh_context()

    if sent:
        form.finish(keep, t("set.kept"))


def minimum(visit: Visit) -> None:
    """How many people at least a figure is about: more, never fewer."""
    t, context, form = visit.t, visit.context, Form(visit, "minimum")
    current = context.settings.minimum
    if current >= HIGHEST_MINIMUM:
        st.markdown(t("set.minimum.highest"))
        return
    with form.fields():
        number = form.select(
            "number", t("set.minimum.field"), range(current + 1, HIGHEST_MINIMUM + 1), str
        )
        ticked = form.checkbox("sure", t("set.minimum.sure"))
        sent = form.submit(t("set.minimum.button"))

    def keep(actor: str, now: datetime) -> None:
        installation_choices.raise_minimum(
            context.engine, context.keys, current, number, actor, now
        )
        refresh_context()

    if form.is_confirmed(sent, ticked):
        form.finish(keep, t("set.minimum.done", minimum=number))
