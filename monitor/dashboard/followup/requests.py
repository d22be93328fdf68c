"""What teams ask of the organisation: for who leads above to answer, for toezicht to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from monitor.clock import local_day
from monitor.dashboard import elements, phrases
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.followup import actions, conversations
from monitor.followup.records import Action, ActionState
from monitor.followup.texts import LONGEST_TEXT


def allowed(visit: Visit) -> bool:
    """Whether this person leads above another unit, leads the top, or oversees."""
    return bool(_answered_by(visit)) or visit.blanks_lines()


def show(visit: Visit) -> None:
    """The requests: those without an answer first."""
    t = visit.t
    st.title(t("page.requests"), anchor=False)
    show_announcement()
    units = _answered_by(visit)
    requests = [a for a in actions.requests(visit.context.engine) if a.unit in visit.tree]
    if not units:
        _overview(visit, requests)
        return
    st.markdown(t("requests.intro"))
    to_answer = sorted((a for a in requests if a.unit in units), key=lambda a: a.answer is not None)
    if not to_answer:
        elements.empty_state(visit, "requests.none")
    for request in to_answer:
        _card(visit, request)


def _overview(visit: Visit, requests: Sequence[Action]) -> None:
    """For who oversees: how many conversations led to what, and the requests without their team."""
    t = visit.t
    everything = actions.listing(visit.context.engine)
    is_open = sum(action.state is ActionState.OPEN for action in everything)
    held = conversations.held(visit.context.engine)
    st.markdown(t("requests.counts", held=held, open=is_open, closed=len(everything) - is_open))
    st.header(t("requests.title", count=len(requests)), anchor=False)
    for request in sorted(requests, key=lambda a: a.title):
        with st.container(border=True, key=f"card-asked-{request.id}"):
            st.markdown(f"**{phrases.escaped(request.title)}**")
            _answer(visit, request)


def _card(visit: Visit, request: Action) -> None:
    t = visit.t
    with st.container(border=True, key=f"card-request-{request.id}"):
        st.markdown(f"**{phrases.escaped(request.title)}**")
        unit = phrases.escaped(visit.unit_name(request.unit))
        state = t(f"agreed.state.{request.outcome or 'running'}")
        st.markdown(f"{unit} · {state}")
        _answer(visit, request)
        with st.expander(t("requests.again" if request.answer else "requests.reply")):
            _form(visit, request)


def _answer(visit: Visit, request: Action) -> None:
    t = visit.t
    if request.answer is None:
        st.markdown(t("agreed.no_answer"))
        return
    day = phrases.day(request.answer.decided_on, t)
    st.markdown(f"{t('agreed.answer', day=day)} {phrases.escaped(request.answer.text)}")


def _form(visit: Visit, request: Action) -> None:
    t, engine = visit.t, visit.context.engine
    form = Form(visit, f"reply-{request.id}")
    with form.fields(border=False):
        text = form.text("text", t("requests.text", most=LONGEST_TEXT), longest=LONGEST_TEXT)
        st.caption(t("agree.woo"))
        sent = form.submit(t("requests.send"))

    def answer(_actor: str, now: datetime) -> None:
        actions.answer_request(engine, request.id, text, local_day(now))

    if sent:
        form.finish(answer, t("requests.sent"), TOP)


def _answered_by(visit: Visit) -> frozenset[str]:
    """The units whose requests this person answers: those beneath an own unit.

    The top unit has nobody above it: who leads it answers its own.
    """
    own = {grant.unit for grant in visit.person.grants if grant.unit in visit.replies_to}
    top = visit.tree.units[0].key if visit.tree.units else None
    return frozenset(
        unit
        for unit in visit.replies_to
        if (unit == top and unit in own) or own & set(visit.tree.ancestors(unit))
    )
