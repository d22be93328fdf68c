"""The calendar of the rounds, as the organisation chooses it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from monitor import clock, scheduler
from monitor.dashboard import phrases
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.organisation import preferences as store
from monitor.organisation.preferences import LONGEST_ROUND

NEVER = 0


def form(visit: Visit) -> None:
    """When rounds open, remind and close."""
    t, chosen = visit.t, store.read(visit.context.engine)
    if chosen.calendar:
        opens = scheduler.next_opening(chosen, clock.now())
        st.markdown(t("set.calendar.next", day=phrases.day(opens.date(), t), hour=opens.hour))
    with st.form("calendar"):
        by_itself = st.toggle(
            t("set.calendar.on"), chosen.calendar, key=forms.key("calendar", "on")
        )
        week = _pick(visit, "week", (1, 2, 3, 4), chosen.week, "set.week.")
        weekday = _pick(visit, "weekday", (0, 1, 2, 3, 4), chosen.weekday, "set.weekday.")
        hour = _number(visit, "hour", tuple(range(6, 21)), chosen.hour)
        open_for = _number(
            visit, "working_days", tuple(range(1, LONGEST_ROUND + 1)), chosen.working_days
        )
        first, second = (*chosen.remind_after, NEVER, NEVER)[:2]
        days = tuple(range(LONGEST_ROUND + 1))
        remind = (_number(visit, "first", days, first), _number(visit, "second", days, second))
        holidays = st.checkbox(
            t("set.holidays"), chosen.holidays, key=forms.key("calendar", "holidays")
        )
        off = st.text_area(
            t("set.days_off"),
            "\n".join(forms.typed_day(one) for one in chosen.days_off),
            height=110,
            placeholder="24-12-2026",
            key=forms.key("calendar", "off"),
        )
        sent = st.form_submit_button(t("set.keep"), key=forms.key("calendar", "send"))
    if sent:

        def keep() -> None:
            store.change(
                visit.context.engine,
                visit.person.email,
                clock.now(),
                calendar=by_itself,
                week=week,
                weekday=weekday,
                hour=hour,
                working_days=open_for,
                remind_after=tuple(sorted({day for day in remind if day != NEVER})),
                holidays=holidays,
                days_off=days_off(off),
            )

        forms.once(visit, "calendar", keep, "set.kept")


def days_off(typed: str) -> tuple[date, ...]:
    """Days, one a line or with commas between; each once, in order."""
    words = typed.replace(",", "\n").replace(";", "\n").split("\n")
    return tuple(sorted({forms.day(word) for word in words if word.strip()}))


def _pick(visit: Visit, field: str, options: tuple[int, ...], now: int, words: str) -> int:
    return st.selectbox(
        visit.t(f"set.{field}"),
        options,
        index=options.index(now),
        format_func=lambda one: visit.t(f"{words}{one}"),
        filter_mode=None,
        key=forms.key("calendar", field),
    )


def _number(visit: Visit, field: str, options: tuple[int, ...], now: int) -> int:
    options = options if now in options else tuple(sorted({*options, now}))
    return st.selectbox(
        visit.t(f"set.{field}"),
        options,
        index=options.index(now),
        format_func=lambda one: (
            visit.t(f"set.{field}.value", count=one)
            if one or field == "hour"
            else visit.t("set.never")
        ),
        filter_mode=None,
        key=forms.key("calendar", field),
    )
