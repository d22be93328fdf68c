"""What the luisteraar releases to leadership: each theme that reached five, and a line with it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from monitor.dashboard import phrases
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.klaagmuur import unlock, unlocked_session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession, remark
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import readers, theme_periods, themes
from monitor.klaagmuur.content import Theme
from monitor.klaagmuur.theme_periods import PeriodLength
from monitor.klaagmuur.themes import FEWEST, DueCount, Released


def show(visit: Visit) -> None:
    """Periods that wait to be counted, lines beside released themes, and how long a period is."""
    t = visit.t
    st.title(t("page.theme_counts"), anchor=False)
    unlocked = unlock.require(visit)
    if unlocked is None:
        return
    with unlocked_session.lockable(unlocked):
        show_announcement()
        st.markdown(t("counts.text", fewest=FEWEST))
        st.markdown(t("counts.limit", fewer=FEWEST - 1))
        _counts(unlocked)
        if unlocked.is_active:  # leadership reads the lines: none from a key that does not count
            _lines(unlocked)
            _length(unlocked)


def _counts(unlocked: UnlockedSession) -> None:
    engine = unlocked.visit.context.engine
    due = themes.due(engine, unlocked.reader, unlocked.key, unlocked.today)
    for counted in due:
        _count(unlocked, counted)
    if not due:
        st.markdown(unlocked.visit.t("counts.none"))


def _count(unlocked: UnlockedSession, counted: DueCount) -> None:
    """One period: a tick for each theme that is released, all at once and once only."""
    t, form = unlocked.visit.t, Form(unlocked.visit, f"count-{counted.period}")
    st.subheader(phrases.quarter(counted.period, t), anchor=False)
    with form.fields():
        if not counted.counts:
            st.markdown(t("counts.nothing", fewest=FEWEST))
        ticked = {
            theme: form.checkbox(theme.value, t(f"klaagmuur.theme.{theme}"), value=True)
            for theme in counted.counts
        }
        sent = form.submit(t("counts.release" if counted.counts else "counts.close"))
    withheld = [theme for theme, released in ticked.items() if not released]

    def settle(_actor: str, _now: datetime) -> None:
        present = readers.active(unlocked.everyone, unlocked.today)
        engine, reader = unlocked.visit.context.engine, unlocked.reader
        themes.settle(engine, reader, counted, withheld, unlocked.today, present)

    if sent:
        form.finish(settle, t("counts.done"), place=TOP)


def _lines(unlocked: UnlockedSession) -> None:
    """A line of the luisteraar's own beside each released theme."""
    t = unlocked.visit.t
    released = themes.released(unlocked.visit.context.engine)
    if not released:
        return
    st.subheader(t("reader.lines"), anchor=False)
    st.markdown(t("reader.lines.text"))
    for each in released:
        _line(unlocked, each)


def _line(unlocked: UnlockedSession, released: Released) -> None:
    t, quarter, theme = unlocked.visit.t, released.quarter, released.theme
    form = Form(unlocked.visit, f"line-{quarter}-{theme}")
    parts = (
        phrases.quarter(quarter, t),
        t(f"klaagmuur.theme.{theme}"),
        phrases.band(released.band, t),
    )
    with form.fields():
        line = form.text("line", " · ".join(parts), released.line, longest=themes.LONGEST_LINE)
        sent = form.submit(t("reader.save"))
    if sent:
        form.finish(partial(_write_line, unlocked, quarter, theme, line), t("reader.saved"))


def _write_line(
    unlocked: UnlockedSession, quarter: str, theme: Theme, line: str, _actor: str, _now: datetime
) -> None:
    themes.write_line(unlocked.visit.context.engine, quarter, theme, line)


def _length(unlocked: UnlockedSession) -> None:
    """How long a period is from the next January on."""
    t, engine = unlocked.visit.t, unlocked.visit.context.engine
    chosen, year = theme_periods.choices(engine), unlocked.today.year
    now = theme_periods.length_in(chosen, year)
    st.subheader(t("counts.length"), anchor=False)
    st.markdown(t("counts.length.text"))
    remark(t(f"counts.length.now.{now}", year=year))
    form = Form(unlocked.visit, "length")
    with form.fields():
        length = form.radio(
            "length",
            t("counts.length.from", year=year + 1),
            tuple(PeriodLength),
            lambda each: t(f"counts.length.{each}"),
            chosen=theme_periods.length_in(chosen, year + 1),
        )
        sent = form.submit(t("reader.save"))
    if sent:
        form.finish(partial(theme_periods.choose, engine, length), t("reader.saved"))
