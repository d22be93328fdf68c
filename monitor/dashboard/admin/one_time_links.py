"""The one-time link with which somebody chooses a passphrase: mailed, with a word to hand over.

The link goes to its owner; the word is on the screen of whoever had the link made. Before the first
round, while there is neither mail nor toezicht, the link itself is shown: there is nothing to see
with it yet, and the page says so.
"""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.access import accounts, link_words, pending_acts
from monitor.dashboard import phrases, session
from monitor.dashboard.announcements import announce
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.mail import mailer, route

LINK = "link"
WORD = "link-word"
OWNER = "link-owner"
NOT_MAILED = "link-why"
PLACE = "link-place"
"""Name of the place the link or word is shown at."""


def hand_out(visit: Visit, email: str, account_id: str, place: str) -> None:
    """Make a one-time link and mail it; the word, or why there is none, is shown at `place`."""
    context = visit.context
    for name in (LINK, WORD, NOT_MAILED):
        session.remember(name, "")
    session.remember(PLACE, place)
    session.remember(OWNER, email)
    if not context.settings.sso_rules.local:
        announce(visit.t("acc.by_organisation", email=email), place)
    elif route.in_use(context) is not None:
        _mail(visit, email, account_id)
    elif pending_acts.is_on(context.engine):
        session.remember(NOT_MAILED, visit.t("acc.no_mail", email=email))
    else:
        token = accounts.new_link(context.engine, account_id, None, clock.now())
        session.remember(LINK, _link(visit, token))


def show_last(visit: Visit, place: str) -> None:
    """The word or link that was made last, to hand over; until it is hidden or the page is left."""
    t = visit.t
    link, word, reason = map(session.remembered, (LINK, WORD, NOT_MAILED))
    if session.remembered(PLACE) != place or not (link or word or reason):
        return
    with st.container(border=True, key="card-link"):
        if reason:
            st.warning(phrases.escaped(reason))
        if word:
            st.markdown(t("acc.word", email=phrases.escaped(session.remembered(OWNER))))
        if link:
            st.markdown(t("acc.link", hours=accounts.LINK_HOURS))
        if word or link:
            st.code(word or link, language=None, wrap_lines=True)
        st.button(t("acc.link.hide"), on_click=_forget)


def _forget() -> None:
    for name in (LINK, WORD, NOT_MAILED):
        session.remember(name, "")


def _mail(visit: Visit, email: str, account_id: str) -> None:
    """Mail a new link now, and keep its word to show; where that fails, the reason and no link."""
    t, context, word = visit.t, visit.context, link_words.new_word()
    token = accounts.new_link(context.engine, account_id, word, clock.now())
    try:
        with st.spinner(t("acc.mailing")):
            mailer.send_welcome(context, email, _link(visit, token), clock.now())
    except Refusal as refusal:
        accounts.drop_link(context.engine, account_id)
        session.remember(NOT_MAILED, f"{t('acc.not_mailed')} {t(refusal.key, **refusal.words)}")
        return
    session.remember(WORD, word)


def _link(visit: Visit, token: str) -> str:
    return f"{visit.context.settings.base_url}/welkom/{token}"
