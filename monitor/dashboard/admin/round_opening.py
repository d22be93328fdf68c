"""Opening a round by hand, and inviting and reminding people in one that is open.

Nothing here shows who answered, or how many: with codes in hand that would tell who did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial

import streamlit as st

from monitor import clock
from monitor.dashboard import elements, phrases
from monitor.dashboard.admin.schedule import next_opening
from monitor.dashboard.admin.typed_days import LONGEST as LONGEST_DAY
from monitor.dashboard.admin.typed_days import parse_day, typed_day
from monitor.dashboard.announcements import TOP
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.mail import route
from monitor.operations import checklist
from monitor.organisation import preferences
from monitor.organisation.members import by_unit_if_genuine
from monitor.pulse import periods
from monitor.pulse.invitations import issue, outbox, reminders, undelivered
from monitor.pulse.invitations.undelivered import PutOffDomain, RefusedAddress
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.scheduler import schedule
from monitor.store.engine import reading

CODES = "/bestanden/uitnodigingen"
MOST_REFUSED = 50
"""Refused addresses that are listed; a server that refuses everybody would fill the page."""
MOST_DOMAINS = 10
"""Domains put off that are named."""


def show_no_round(visit: Visit) -> None:
    """What to do while no round is open: wait for the calendar, or open one."""
    t, context = visit.t, visit.context
    stored = preferences.read(context.engine)
    if stored.calendar:
        st.markdown(next_opening(visit))
    missing = checklist.missing(context, clock.today())
    if missing:
        lines = [t("open.missing"), "", *(f"- {t(f'setup.item.{item.value}')}" for item in missing)]
        st.warning("\n".join(lines))
        elements.link(visit, "/inrichten", t("open.to_setup"))
        return
    with st.expander(t("open.by_hand"), expanded=not stored.calendar):
        _open_by_hand(visit, schedule.closing_day(clock.today(), stored))


def show_open_round(visit: Visit, current: Round) -> None:
    """Invitations, mail and reminders of an open round."""
    t, engine = visit.t, visit.context.engine
    with reading(engine) as connection:
        units = round_units.unit_invitations(connection, current.period)
    invited = sum(unit.invited for unit in units)
    st.markdown(t("open.invited", count=invited) if invited else t("open.nobody_yet"))
    if route.in_use(visit.context) is not None:
        _mail(visit, current)
    some_without_codes = any(not unit.issued for unit in units)
    elements.link(visit, CODES, t("open.codes" if some_without_codes else "open.codes_again"))


def _open_by_hand(visit: Visit, closes: date) -> None:
    t, context, form = visit.t, visit.context, Form(visit, "open-round")
    months = _months_without_round(visit)
    if not months:
        st.markdown(t("open.no_month"))
        return
    with form.fields(border=False):
        period = form.select(
            "period", t("choice.month"), months, lambda option: phrases.month(option, t)
        )
        typed = form.text("closes", t("open.closes"), typed_day(closes), longest=LONGEST_DAY)
        st.markdown(t("open.frozen"))
        sent = form.submit(t("open.button"), primary=True)

    def open_round(actor: str, now: datetime) -> None:
        closes_on = parse_day(typed)
        checklist.require(context, clock.local_day(now))
        questionnaire = in_use(context)
        rounds.open_round(context, period, questionnaire, closes_on, actor, now)

    if sent:
        form.finish(open_round, t("open.done", month=phrases.month(period, t)), TOP)


def _months_without_round(visit: Visit) -> list[str]:
    """This month and the next, as far as they have no round yet."""
    current = periods.number(periods.containing(clock.today()))
    with_round = {
        past.period
        for past in rounds.all_rounds(visit.context.engine)
        if past.status is not RoundStatus.ABANDONED
    }
    months = [periods.from_number(current + ahead) for ahead in (0, 1)]
    return [period for period in months if period not in with_round]


def _mail(visit: Visit, current: Round) -> None:
    context, period = visit.context, current.period
    _show_progress(visit, period)
    members = by_unit_if_genuine(context.engine)
    if members is None:
        st.warning(visit.t("mem.altered"))
    elif members:
        _send_invitations(visit, period, members)
    if reminders.can_remind(context.engine, period):
        _remind(visit, period)


def _show_progress(visit: Visit, period: str) -> None:
    t, engine = visit.t, visit.context.engine
    progress = outbox.progress(engine, period)
    if progress.total:
        st.markdown(t("open.mail", sent=progress.sent, total=progress.total))
    chosen = preferences.read(engine)
    if progress.left and not chosen.in_office_hours(clock.now()):
        opens, closes = chosen.office_hours
        st.markdown(t("open.held", opens=opens, closes=closes))
    if progress.refused:
        refused = undelivered.refused(engine, period)
        lines = [t("open.refused", count=len(refused)), ""]
        lines += [f"- {_refusal(visit, each)}" for each in refused[:MOST_REFUSED]]
        st.warning("\n".join(lines))
    put_off = undelivered.put_off_domains(engine, period)
    for each in put_off[:MOST_DOMAINS]:
        st.warning(_put_off(visit, each))
    form = Form(visit, "retry-mail")
    if (progress.refused or put_off) and form.button(t("open.retry")):
        form.finish(lambda _by, _at: outbox.retry_refused(engine, period), t("open.retrying"))


def _refusal(visit: Visit, refused: RefusedAddress) -> str:
    """An address and what the mail server said of it."""
    reply = phrases.escaped(refused.reply)
    why = visit.t("open.refused_why", reply=reply) if reply else ""
    return f"{phrases.escaped(refused.email)}. {why}".rstrip()


def _put_off(visit: Visit, waiting: PutOffDomain) -> str:
    """What is the matter with the letters to a domain, and what to do."""
    return visit.t(
        "open.put_back" if waiting.refused else "open.put_off",
        count=waiting.letters,
        domain=phrases.escaped(waiting.domain),
        time=waiting.next_try.astimezone(clock.AMSTERDAM).strftime("%H:%M"),
        reply=phrases.escaped(waiting.reply or phrases.NOTHING),
    )


def _send_invitations(visit: Visit, period: str, members: Mapping[str, tuple[str, ...]]) -> None:
    t, form = visit.t, Form(visit, "send-invitations")
    if form.button(t("open.send")):
        form.finish(partial(issue.mail, visit.context, period, members), t("open.sending"))


def _remind(visit: Visit, period: str) -> None:
    t, form = visit.t, Form(visit, "remind")
    if form.button(t("open.remind")):
        form.finish(partial(reminders.remind, visit.context, period), t("open.reminding"))
