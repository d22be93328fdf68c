"""The calendar of the rounds, as the organisation chooses it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor import clock, scheduler
from monitor.clock import local_day
from monitor.dashboard import phrases
from monitor.dashboard.admin.typed_days import parse_days, typed_day
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.organisation import preferences as store
from monitor.organisation.preferences import LONGEST_ROUND, Preferences

NEVER = 0
WEEKS, WEEKDAYS, HOURS = (1, 2, 3, 4), (0, 1, 2, 3, 4), tuple(range(6, 21))


def calendar(visit: Visit) -> None:
    """The form that chooses when rounds open, remind and close."""
    t, engine, form = visit.t, visit.context.engine, Form(visit, "calendar")
    stored = store.read(engine)
    with form.fields():
        by_itself = form.toggle("on", t("set.calendar.on"), stored.calendar)
        moments = _moments(form, stored)
        remind_after = _reminders(form, stored)
        holidays = form.checkbox("holidays", t("set.holidays"), stored.holidays)
        typed = form.text_area(
            "off",
            t("set.days_off"),
            "\n".join(typed_day(day) for day in stored.days_off),
            height=110,
            placeholder="24-12-2026",
        )
        sent = form.submit(t("set.keep"), primary=True)

    def keep(actor: str, now: datetime) -> None:
        chosen = {"calendar": by_itself, "remind_after": remind_after, "holidays": holidays}
        store.change(engine, actor, now, **chosen, **moments, days_off=parse_days(typed))

    if sent:
        form.finish(keep, t("set.kept"))


def next_opening(visit: Visit) -> str:
    """When the calendar opens the next round, or that rounds are opened by hand."""
    t, stored = visit.t, store.read(visit.context.engine)
    if not stored.calendar:
        return t("set.calendar.by_hand")
    opens = scheduler.next_opening(stored, clock.now())
    return t("set.calendar.next", day=phrases.day(local_day(opens), t), hour=opens.hour)


def _moments(form: Form, stored: Preferences) -> Mapping[str, int]:
    """The fields of :class:`Preferences` that say when a round opens, and for how long."""
    lengths = tuple(range(1, LONGEST_ROUND + 1))
    return {
        "week": _named(form, "week", WEEKS, stored.week),
        "weekday": _named(form, "weekday", WEEKDAYS, stored.weekday),
        "hour": _counted(form, "hour", HOURS, stored.hour),
        "working_days": _counted(form, "working_days", lengths, stored.working_days),
    }


def _reminders(form: Form, stored: Preferences) -> tuple[int, ...]:
    """After how many working days people are reminded, in order: never, once or twice."""
    first, second = (*stored.remind_after, NEVER, NEVER)[:2]
    days = tuple(range(LONGEST_ROUND + 1))
    chosen = {_counted(form, "first", days, first), _counted(form, "second", days, second)}
    return tuple(sorted(chosen - {NEVER}))


def _named(form: Form, field: str, options: tuple[int, ...], chosen: int) -> int:
    """A list of options that have a name each, such as days of the week."""
    t = form.visit.t
    return form.select(
        field, t(f"set.{field}"), options, lambda option: t(f"set.{field}.{option}"), chosen=chosen
    )


def _counted(form: Form, field: str, options: tuple[int, ...], chosen: int) -> int:
    """A list of numbers; the stored number is among them, whatever it is."""
    t = form.visit.t
    if chosen not in options:
        options = tuple(sorted({*options, chosen}))

    def shown(option: int) -> str:
        if option == NEVER and field != "hour":
            return t("set.never")
        return t(f"set.{field}.value", count=option)

    return form.select(field, t(f"set.{field}"), options, shown, chosen=chosen)
