"""What a team agrees in a conversation: one thing at most, in words anybody may read."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor import clock
from monitor.clock import local_day
from monitor.dashboard import phrases
from monitor.dashboard.announcements import TOP
from monitor.dashboard.followup import beforehand, drawing, planned
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.followup import actions
from monitor.followup.kinds import Kind
from monitor.followup.records import LOOK_BACKS, Conversation, Level, NewAction
from monitor.followup.texts import LONGEST_TITLE
from monitor.pulse import periods

MONTHS_AHEAD = 3
ROLES = ("team", "coordinator", "leader", "quality", "hr", "board")
"""Who may see to it: roles to choose from, so that nobody writes a name."""


def show(visit: Visit, talk: Conversation, *, is_full: bool) -> None:
    """The form for the agreement of a conversation that was held."""
    t = visit.t
    with st.expander(t("agree.title", moment=planned.moment(visit, talk)), expanded=not is_full):
        if is_full:
            st.markdown(t("agree.full"))
            return
        st.markdown(t("agree.intro"))
        _form(visit, talk)


def _form(visit: Visit, talk: Conversation) -> None:
    t, engine = visit.t, visit.context.engine
    this_month = periods.containing(clock.today())
    starts = tuple(periods.shifted(this_month, ahead) for ahead in range(MONTHS_AHEAD + 1))
    form = Form(visit, f"agree-{talk.id}")
    with form.fields(border=False):
        title = form.text("title", t("agree.what", most=LONGEST_TITLE), longest=LONGEST_TITLE)
        st.caption(t("agree.woo"))
        level = form.radio("level", t("agree.level"), tuple(Level), lambda x: t(f"agree.{x.value}"))
        kind = form.select("kind", t("agree.kind"), tuple(Kind), lambda x: t(f"kind.{x.value}"))
        role = form.select("role", t("agree.owner"), ROLES, lambda x: t(f"owner.{x}"))
        start = form.select("start", t("agree.start"), starts, lambda x: phrases.month(x, t))
        months = form.radio(
            "look_back",
            t("agree.look_back"),
            LOOK_BACKS,
            lambda x: t("agree.months", months=x),
            chosen=LOOK_BACKS[-1],
        )
        drawing.note(beforehand.sentence(visit, talk, this_month), t("agree.beforehand"))
        sent = form.submit(t("agree.send"), primary=True)

    def agree(_actor: str, now: datetime) -> None:
        new = NewAction(
            kind=kind.value,
            title=title,
            start=start,
            level=level,
            themes=(talk.origin.theme,) if talk.origin.theme else (),
            owner_role=t(f"owner.{role}"),
            origin=talk.origin,
            look_back=months,
        )
        actions.agree(engine, talk, new, themes(visit), local_day(now))

    if sent:
        form.finish(agree, t("agree.done"), TOP)


def themes(visit: Visit) -> tuple[str, ...]:
    """The keys of all themes of the latest questionnaire."""
    latest = visit.results.latest
    return tuple(x.key for x in visit.results.questionnaire(latest).themes) if latest else ()
