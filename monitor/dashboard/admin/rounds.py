"""The rounds, for those who manage them: which there are, closing one now, abandoning one.

Nothing here shows who answered, or how many: not while a round is open, and not after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import pandas as pd
import streamlit as st

from monitor.climate import close_round
from monitor.context import AppContext
from monitor.dashboard import elements, phrases
from monitor.dashboard.admin import round_opening
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.pulse.rounds import rounds as store
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store import audit

EARLIER = "/bestanden/metingen"
UNDER_WAY = (RoundStatus.OPEN, RoundStatus.CLOSING)


def show(visit: Visit) -> None:
    """The list, and what may be done with the round that is under way."""
    t = visit.t
    st.title(t("page.rounds"), anchor=False)
    show_announcement()
    all_rounds = store.all_rounds(visit.context.engine)
    under_way = [current for current in all_rounds if current.status in UNDER_WAY]
    if not under_way:
        round_opening.show_no_round(visit)
    if not all_rounds:
        elements.empty_state(visit, "empty.no_round")
        elements.link(visit, EARLIER, t("history.link"), quiet=True)
        return
    for current in under_way:
        _under_way(visit, current)
    st.header(t("rounds.list"), anchor=False)
    ended = audit.days(visit.context.engine, "round.close", "round.abandon")
    st.table(table(all_rounds, ended, t), alt=t("rounds.table_alt"))
    elements.link(visit, EARLIER, t("history.link"), quiet=True)


def table(all_rounds: Sequence[Round], ended: Mapping[str, date], t: Texts) -> pd.DataFrame:
    """Rounds, latest first: month, status and days. Nothing about answers.

    Of a round that is over the day on which it ended, by month, and not the one it was to end on.
    """
    rows = [
        (
            phrases.short_month(row.period, t),
            t(f"rounds.status.{row.status.value}"),
            phrases.day(row.opens_on, t, short=True),
            _closing_day(row.closes_on if row.status in UNDER_WAY else ended.get(row.period), t),
        )
        for row in reversed(all_rounds)
    ]
    names = [t(f"table.{name}") for name in ("month", "status", "opened", "closes")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def _under_way(visit: Visit, current: Round) -> None:
    t = visit.t
    month = phrases.month(current.period, t)
    st.header(t("rounds.under_way", month=month), anchor=False)
    if current.closes_on is None:
        st.markdown(t("rounds.no_closing_day"))
    else:
        st.markdown(t("rounds.closes_on", day=phrases.day(current.closes_on, t)))
    if current.status is RoundStatus.OPEN:
        round_opening.show_open_round(visit, current)
    _confirm(visit, "close", current.period, close_round.close)
    with st.expander(t("rounds.abandon.title")):
        _confirm(visit, "abandon", current.period, store.abandon)


def _confirm(
    visit: Visit, verb: str, period: str, act: Callable[[AppContext, str, str, datetime], object]
) -> None:
    """Explain, ask for a tick, then act once, however often the button is pressed."""
    t, form = visit.t, Form(visit, f"{verb}-{period}")

    def work(actor: str, now: datetime) -> None:
        with st.spinner(t("rounds.busy")):
            act(visit.context, period, actor, now)

    tick, button = t(f"rounds.{verb}.sure"), t(f"rounds.{verb}.button")
    if form.confirmed(tick, button, t(f"rounds.{verb}.text"), border=verb == "close"):
        form.finish(work, t(f"rounds.{verb}.done", month=phrases.month(period, t)), TOP)


def _closing_day(day: date | None, t: Texts) -> str:
    return phrases.day(day, t, short=True) if day else phrases.NOTHING
