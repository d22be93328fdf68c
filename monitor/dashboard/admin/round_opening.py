"""Opening a round by hand, and inviting and reminding people in one that is open.

Nothing here tells who answered. Of an open round one number is shown, once a night and in tens.
"""

from __future__ import annotations

from datetime import date

import streamlit as st

from monitor import clock, scheduler
from monitor.dashboard import phrases
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.mail import route
from monitor.operations import checklist
from monitor.organisation import preferences
from monitor.organisation.register import by_unit
from monitor.pulse import periods
from monitor.pulse.invitations import issue, outbox, reminders
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.scheduler import schedule
from monitor.store.engine import reading

CODES = "/bestanden/uitnodigingen"


def before(visit: Visit) -> None:
    """What to do while no round is open: wait for the calendar, or open one."""
    t, context = visit.t, visit.context
    chosen = preferences.read(context.engine)
    if chosen.calendar:
        opens = scheduler.next_opening(chosen, clock.now())
        st.markdown(t("set.calendar.next", day=phrases.day(opens.date(), t), hour=opens.hour))
    missing = checklist.missing(context, clock.today())
    if missing:
        lines = [t("open.missing"), "", *(f"- {t(f'setup.item.{item.value}')}" for item in missing)]
        st.warning("\n".join(lines))
        forms.link(visit, "/inrichten", "open.to_setup")
        return
    with st.expander(t("open.by_hand"), expanded=not chosen.calendar):
        _open(visit, schedule.closing_day(clock.today(), chosen))


def _open(visit: Visit, closes: date) -> None:
    t, context, form = visit.t, visit.context, "open-round"
    months = _months(visit)
    if not months:
        st.markdown(t("open.no_month"))
        return
    with st.form(form, border=False):
        period = st.selectbox(
            t("choice.month"),
            months,
            format_func=lambda one: phrases.month(one, t),
            filter_mode=None,
            key=forms.key(form, "period"),
        )
        until = st.text_input(
            t("open.closes"),
            forms.typed_day(closes),
            max_chars=10,
            key=forms.key(form, "closes"),
        )
        st.markdown(t("open.frozen"))
        sent = st.form_submit_button(t("open.button"), type="primary", key=forms.key(form, "send"))
    if sent:

        def work() -> None:
            now = clock.now()
            last_day = forms.day(until)
            checklist.require(context, clock.local_day(now))
            asked = load(context.settings.questionnaire_file)
            rounds.open_round(context, period, asked, last_day, visit.person.email, now)

        forms.once(visit, form, work, "open.done", month=phrases.month(period, t))


def _months(visit: Visit) -> list[str]:
    """This month and the next, as far as they have no round yet."""
    this = periods.number(periods.containing(clock.today()))
    taken = {
        one.period
        for one in rounds.all_rounds(visit.context.engine)
        if one.status is not RoundStatus.ABANDONED
    }
    near = [periods.from_number(this + ahead) for ahead in (0, 1)]
    return [period for period in near if period not in taken]


def under_way(visit: Visit, one: Round) -> None:
    """Invitations, mail and reminders of an open round."""
    t, engine = visit.t, visit.context.engine
    with reading(engine) as connection:
        places = round_units.unit_invitations(connection, one.period)
    invited = sum(place.invited for place in places)
    fresh = sum(not place.issued for place in places)
    st.markdown(t("open.invited", count=invited) if invited else t("open.nobody_yet"))
    received = scheduler.stored_estimate(engine, one.period)
    if received is not None:
        st.markdown(t("open.received", percent=received))
    _mail(visit, one)
    forms.link(visit, CODES, "open.codes" if fresh else "open.codes_again")


def _mail(visit: Visit, one: Round) -> None:
    t, context = visit.t, visit.context
    if route.in_use(context) is None:
        return
    members = by_unit(context.engine)
    sent = outbox.progress(context.engine, one.period)
    if sent.total:
        st.markdown(t("open.mail", sent=sent.sent, total=sent.total))
    if sent.refused:
        refused = [address for _, address in outbox.refused(context.engine, one.period)]
        lines = [t("open.refused", count=len(refused)), ""]
        st.warning("\n".join([*lines, *(f"- {phrases.plain(each)}" for each in refused[:50])]))
    now, actor = clock.now(), visit.person.email
    if members and st.button(t("open.send"), key=forms.key("send-invitations", "send")):
        forms.once(
            visit,
            "send-invitations",
            lambda: issue.mail(context, one.period, members, actor, now),
            "open.sending",
        )
    if reminders.can_remind(context.engine, one.period) and st.button(
        t("open.remind"), key=forms.key("remind", "send")
    ):
        forms.once(
            visit,
            "remind",
            lambda: reminders.remind(context, one.period, actor, now),
            "open.reminding",
        )
