"""One agreement: what it is, what may be said of before and after, and closing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from monitor.clock import local_day
from monitor.dashboard import elements, phrases
from monitor.dashboard.announcements import TOP
from monitor.dashboard.followup import drawing, links
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.followup import actions
from monitor.followup.comparisons import Comparison, comparisons, longest
from monitor.followup.estimates import Estimate
from monitor.followup.look_back import is_due
from monitor.followup.records import Action, Outcome
from monitor.followup.texts import LONGEST_TEXT
from monitor.locale import Texts, formats
from monitor.pulse import periods
from monitor.pulse.questionnaire import in_language


def show(visit: Visit, action: Action, stored: Sequence[Estimate]) -> None:
    """An open agreement, with the form that closes it."""
    with st.container(border=True, key=f"card-agreed-{action.id}"):
        about(visit, action, stored)
        if is_due(visit.results, action):
            drawing.note(visit.t("look_back.due"), warm=False)
            links.prepare(visit, action.unit, quiet=True)
        _close(visit, action)


def about(visit: Visit, action: Action, stored: Sequence[Estimate]) -> None:
    """An agreement in words, with its state, and what may be said of before and after."""
    t = visit.t
    state = t(f"agreed.state.{action.outcome or 'running'}")
    st.markdown(f"**{phrases.escaped(action.title)}** · {state}")
    if action.text:
        st.markdown(phrases.escaped(action.text))
    st.markdown(" ".join(_facts(action, t)))
    if action.why:
        st.markdown(f"{t('agreed.why')} {phrases.escaped(action.why)}")
    compared = longest(comparisons(action, stored))
    elements.bullets(_compared(visit, each) for each in compared)
    if compared:
        st.markdown(t("agreed.not_because"))


def _facts(action: Action, t: Texts) -> list[str]:
    """Since when, with whom it lies, who sees to it, and when to look back."""
    facts = [
        t("agreed.since", month=phrases.month(action.start, t)),
        t(f"agreed.level.{action.level.value}"),
    ]
    if action.owner_role:
        facts.append(t("agreed.owner", role=phrases.escaped(action.owner_role)))
    if action.is_open:
        until = periods.shifted(action.start, action.look_back)
        facts.append(t("agreed.look_back", month=phrases.month(until, t)))
    if action.answer is not None:
        day = phrases.day(action.answer.decided_on, t)
        facts.append(f"{t('agreed.answer', day=day)} {phrases.escaped(action.answer.text)}")
    elif action.level.value == "organisation":
        facts.append(t("agreed.no_answer"))
    return facts


def _compared(visit: Visit, each: Comparison) -> str:
    """Before and after in one theme, the cautious figure first."""
    t = visit.t
    parts = [
        t(
            "agreed.cautious",
            theme=phrases.escaped(_title(visit, each.theme)),
            months=each.window,
            points=formats.signed(each.cautious.points),
            low=formats.signed(each.cautious.low),
            high=formats.signed(each.cautious.high),
            measured=formats.signed(each.measured.points),
        ),
        t(f"agreed.word.{each.word}"),
    ]
    if each.broken:
        parts.append(t("agreed.broken"))
    if each.beyond is not None:
        low, high = formats.signed(each.beyond.low), formats.signed(each.beyond.high)
        points = formats.signed(each.beyond.points)
        parts.append(t("look_back.beyond", points=points, low=low, high=high))
    return " ".join(parts)


def _title(visit: Visit, theme: str) -> str:
    latest = visit.results.latest
    themes = visit.results.questionnaire(latest).themes if latest else ()
    titles = {each.key: each.title for each in themes}
    return in_language(titles[theme], visit.t.language) if theme in titles else theme


def _close(visit: Visit, action: Action) -> None:
    """How it ended, in one word and a line why; what continues stays open."""
    t, engine = visit.t, visit.context.engine
    with st.expander(t("close.title")):
        form = Form(visit, f"close-{action.id}")
        with form.fields(border=False):
            outcome = form.radio(
                "outcome",
                t("close.how"),
                tuple(Outcome),
                lambda each: t(f"close.{each.value}"),
            )
            why = form.text("why", t("close.why"), action.why, longest=LONGEST_TEXT)
            st.caption(t("agree.woo"))
            sent = form.submit(t("close.send"))

        def close(_actor: str, now: datetime) -> None:
            actions.close(engine, action.id, outcome, why, local_day(now))

        if sent:
            form.finish(close, t("close.saved"), TOP)
