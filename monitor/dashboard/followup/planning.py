"""The day of a conversation, and storing the plan: once, however often the button is hit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from monitor import clock
from monitor.clock import AMSTERDAM, local_day
from monitor.dashboard.admin.typed_days import LONGEST, parse_day, typed_day
from monitor.dashboard.announcements import TOP
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.errors import InputRefused
from monitor.followup import conversations
from monitor.followup.conversations import Plan
from monitor.followup.leaders import Lead
from monitor.followup.records import Origin
from monitor.organisation import preferences, workdays

WORKING_DAYS_AHEAD = 5
"""The day that is proposed: soon, and with time to invite everybody."""
FURTHEST = timedelta(366)
TIMES = tuple(time(hour, minute) for hour in range(7, 21) for minute in (0, 15, 30, 45))
USUAL = time(13)


def form(visit: Visit, unit: str, method: str, minutes: int, lead: Lead, origin: Origin) -> None:
    """Day and time, and the button that plans the conversation."""
    t, engine = visit.t, visit.context.engine
    fields = Form(visit, f"plan-{unit}")
    with fields.fields(border=False):
        proposed = _proposed(preferences.read(engine).works, clock.today())
        typed = fields.text("day", t("talk.day"), typed_day(proposed), longest=LONGEST)
        at = fields.select(
            "time", t("talk.time"), TIMES, lambda each: each.strftime("%H:%M"), chosen=USUAL
        )
        sent = fields.submit(t("talk.plan"), primary=True)

    def keep(_actor: str, now: datetime) -> None:
        starts_at = moment(parse_day(typed), at, now)
        plan = Plan(method, starts_at, minutes, lead.value, origin)
        conversations.plan(engine, unit, plan, local_day(now))

    if sent:
        fields.finish(keep, t("talk.planned"), TOP)


def moment(day: date, at: time, now: datetime) -> datetime:
    """The moment at which a conversation begins.

    Raises
    ------
    InputRefused
        When it is over already, or more than a year ahead.
    """
    starts_at = datetime.combine(day, at, AMSTERDAM)
    if not now <= starts_at <= now + FURTHEST:
        raise InputRefused("talk.not_that_day")
    return starts_at


def _proposed(works: workdays.Workday, today: date) -> date:
    return workdays.after(today, WORKING_DAYS_AHEAD, works)
