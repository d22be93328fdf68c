"""The rounds, for whoever manages them: which there are, closing one now, giving one up.

Nothing here tells who answered, or how many: not while a round is open, and not after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

import pandas as pd
import streamlit as st

from monitor import clock
from monitor.climate import close_round
from monitor.context import AppContext
from monitor.dashboard import choices, phrases, session
from monitor.dashboard.admin import forms, round_opening
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.locale import Texts
from monitor.pulse.rounds import rounds as store
from monitor.pulse.rounds.rounds import Round, RoundStatus

UNDER_WAY = (RoundStatus.OPEN, RoundStatus.CLOSING)


def show(visit: Visit) -> None:
    """The list, and what may be done with the round that is under way."""
    t = visit.t
    st.title(t("page.rounds"), anchor=False)
    forms.told()
    known = store.all_rounds(visit.context.engine)
    busy = [one for one in known if one.status in UNDER_WAY]
    if not busy:
        round_opening.before(visit)
    if not known:
        choices.empty(visit, "empty.no_round")
        return
    for one in busy:
        _under_way(visit, one)
    st.header(t("rounds.list"), anchor=False)
    st.table(table(known, t), alt=t("rounds.table_alt"))


def table(known: Sequence[Round], t: Texts) -> pd.DataFrame:
    """Rounds, latest first: month, status and days. Nothing about answers."""
    rows = [
        (
            phrases.short_month(one.period, t),
            t(f"rounds.status.{one.status.value}"),
            phrases.day(one.opens_on, t, short=True),
            _closing_day(one.closes_on, t),
        )
        for one in reversed(known)
    ]
    names = [t(f"table.{name}") for name in ("month", "status", "opened", "closes")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def _under_way(visit: Visit, one: Round) -> None:
    t = visit.t
    month = phrases.month(one.period, t)
    st.header(t("rounds.under_way", month=month), anchor=False)
    if one.closes_on is None:
        st.markdown(t("rounds.no_closing_day"))
    else:
        st.markdown(t("rounds.closes_on", day=phrases.day(one.closes_on, t)))
    if one.status is RoundStatus.OPEN:
        round_opening.under_way(visit, one)
    _confirmed(visit, "close", one.period, close_round.close)
    with st.expander(t("rounds.abandon.title")):
        _confirmed(visit, "abandon", one.period, store.abandon)


def _confirmed(
    visit: Visit, what: str, period: str, act: Callable[[AppContext, str, str, datetime], object]
) -> None:
    """Explain, ask for a tick, then act once, however often the button was hit."""
    t = visit.t
    form = f"{what}-{period}"
    name = session.nonce(form)
    with st.form(form, border=what == "close"):
        st.markdown(t(f"rounds.{what}.text"))
        sure = st.checkbox(t(f"rounds.{what}.sure"), key=f"{form}-{name}")
        sent = st.form_submit_button(t(f"rounds.{what}.button"))
    if sent and not sure:
        st.warning(t("rounds.tick_first"))
    elif sent and session.use(form, name):
        try:
            with st.spinner(t("rounds.busy")):
                act(visit.context, period, visit.person.email, clock.now())
        except Refusal as refusal:
            st.error(t(refusal.key, **refusal.words))
        else:
            forms.tell(visit, f"rounds.{what}.done", month=phrases.month(period, t))
            st.rerun()


def _closing_day(day: date | None, t: Texts) -> str:
    return phrases.day(day, t, short=True) if day else phrases.NOTHING
