"""What a leidinggevende writes to the team: messages, the team's compass, and a promise."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor.clock import local_day
from monitor.dashboard import phrases
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.followup import drawing
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.followup import compass, team_log
from monitor.followup.team_log import LONGEST, LineState, LogLine


def show(visit: Visit, unit: str) -> None:
    """A form for the next message, the messages so far, the compass and the promise."""
    t = visit.t
    st.header(t("team.reply.title"), anchor=False)
    st.markdown(t("team.reply.text"))
    show_announcement()
    _write(visit, unit)
    _log(visit, unit)
    st.header(t("agreed.compass"), anchor=False)
    st.markdown(t("compass.text"))
    _compass(visit, unit)
    st.header(t("promise.title"), anchor=False)
    st.markdown(t("promise.text"))
    _promise(visit, unit)


def _write(visit: Visit, unit: str) -> None:
    """A new message: it is added to the others and changes none."""
    t, engine = visit.t, visit.context.engine
    form = Form(visit, f"message-{unit}")
    with form.fields(enter_sends=False):
        typed = form.text_area("text", t("team.reply.label", most=LONGEST), longest=LONGEST)
        st.caption(t("agree.woo"))
        sent = form.submit(t("team.reply.save"), primary=True)

    def write(_actor: str, now: datetime) -> None:
        team_log.write(engine, unit, typed, local_day(now))

    if sent:
        form.finish(write, t("team.reply.saved"))


def _log(visit: Visit, unit: str) -> None:
    """Every message so far; one may be taken back, because a name slips in."""
    t = visit.t
    for line in team_log.lines(visit.context.engine, unit):
        with st.container(border=True, key=f"card-line-{line.id}"):
            st.markdown(_words(visit, line))
            st.caption(_about(visit, line))
            if line.state is LineState.SHOWN:
                _withdraw(visit, unit, line.id)
    st.caption(t("messages.kept"))


def _words(visit: Visit, line: LogLine) -> str:
    if line.state is LineState.SHOWN:
        return phrases.escaped(line.text)
    return visit.t(f"agreed.taken_away.{line.state.value}")


def _about(visit: Visit, line: LogLine) -> str:
    t, day = visit.t, phrases.day(line.written_on, visit.t)
    if line.period is None:
        return day
    return f"{day} · {t('agreed.about', month=phrases.month(line.period, t))}"


def _withdraw(visit: Visit, unit: str, line: str) -> None:
    t, engine = visit.t, visit.context.engine
    form = Form(visit, f"withdraw-{line}")
    if form.button(t("messages.withdraw")):
        form.finish(
            lambda _actor, _now: team_log.withdraw(engine, unit, line),
            t("team.reply.removed"),
            TOP,
        )


def _compass(visit: Visit, unit: str) -> None:
    """The standing agreements of the team, each with its day."""
    t, engine = visit.t, visit.context.engine
    for agreement in compass.agreements(engine, unit):
        with st.container(border=True, key=f"card-compass-{agreement.id}"):
            st.markdown(phrases.escaped(agreement.text))
            st.caption(t("compass.since", day=phrases.day(agreement.agreed_on, t)))
            drop = Form(visit, f"drop-{agreement.id}")
            if drop.button(t("compass.drop")):
                name = agreement.id
                drop.finish(
                    lambda _actor, _now: compass.drop(engine, unit, name),  # noqa: B023 - done now
                    t("compass.dropped"),
                    f"compass-{unit}",
                )
    form = Form(visit, f"compass-{unit}")
    with form.fields():
        typed = form.text("text", t("compass.label", most=LONGEST), longest=LONGEST)
        st.caption(t("agree.woo"))
        sent = form.submit(t("compass.add"))

    def agree(_actor: str, now: datetime) -> None:
        compass.agree(engine, unit, typed, local_day(now))

    if sent:
        form.finish(agree, t("compass.added"))


def _promise(visit: Visit, unit: str) -> None:
    """The leidinggevende's own promise to stand behind the team; an empty one takes it back."""
    t, engine = visit.t, visit.context.engine
    stored = compass.promise_of(engine, unit)
    form = Form(visit, f"promise-{unit}")
    with form.fields():
        typed = form.text(
            "text", t("promise.label", most=LONGEST), stored.text if stored else "", longest=LONGEST
        )
        st.caption(t("agree.woo"))
        sent = form.submit(t("promise.save"))
    if stored is not None:
        st.caption(t("promise.since", day=phrases.day(stored.promised_on, t)))
    drawing.note(t("promise.care"))

    def promise(_actor: str, now: datetime) -> None:
        compass.make_promise(engine, unit, typed, local_day(now))

    if sent:
        form.finish(promise, t("promise.saved"))
