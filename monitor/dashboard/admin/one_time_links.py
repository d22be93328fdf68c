"""The one-time link with which somebody chooses a passphrase: mailed, or shown to hand over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import streamlit as st

from monitor import clock
from monitor.access import accounts
from monitor.dashboard import phrases, session
from monitor.dashboard.announcements import announce
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.mail import mailer, route

LINK = "link"
NOT_MAILED = "link-why"
PLACE = "link-place"
"""Name of the form that made the link: it is shown beneath that form."""


class Channel(StrEnum):
    """How somebody gets the link."""

    MAIL = "mail"
    BY_HAND = "by_hand"


def choose_channel(form: Form) -> Channel:
    """How the link goes to its owner; not a choice where there is no mail, or no link."""
    t, context = form.visit.t, form.visit.context
    if route.in_use(context) is None or not context.settings.sso_rules.local:
        return Channel.BY_HAND
    channel = form.radio(
        "way", t("acc.way"), tuple(Channel), lambda option: t(f"acc.way.{option.value}")
    )
    st.markdown(t("acc.way.not_protected"))
    return channel


def finish_with_link(
    form: Form, email: str, channel: Channel, make_link: Callable[[str, datetime], str]
) -> None:
    """Make a one-time link once, and mail or show it.

    A link that cannot be mailed is shown: somebody who was invited must not be left without one.
    """

    def make_and_send(actor: str, now: datetime) -> None:
        token = make_link(actor, now)
        session.remember(LINK, "")
        session.remember(NOT_MAILED, "")
        session.remember(PLACE, form.name)
        _send(form, accounts.normal_email(email), channel, token)

    if form.once(make_and_send):
        st.rerun()


def show_last(visit: Visit, form_name: str) -> None:
    """The link that a form made last, to hand over; until it is hidden or the page is left."""
    t, link = visit.t, session.remembered(LINK)
    if not link or session.remembered(PLACE) != form_name:
        return
    with st.container(border=True, key="card-link"):
        if reason := session.remembered(NOT_MAILED):
            st.warning(phrases.escaped(reason))
        st.markdown(t("acc.link", hours=accounts.LINK_HOURS))
        st.code(link, language=None, wrap_lines=True)
        st.button(t("acc.link.hide"), on_click=session.remember, args=(LINK, ""))


def _send(form: Form, address: str, channel: Channel, token: str) -> None:
    visit, t, settings = form.visit, form.visit.t, form.visit.context.settings
    link = f"{settings.base_url}/welkom/{token}"
    if not settings.sso_rules.local:
        announce(t("acc.by_organisation", email=address), form.name)
    elif channel is Channel.MAIL and _is_mailed(visit, address, link):
        announce(t("acc.mailed", email=address), form.name)
    else:
        session.remember(LINK, link)


def _is_mailed(visit: Visit, address: str, link: str) -> bool:
    """Mail the link now; whether that worked. The reason it did not is kept to show."""
    t = visit.t
    try:
        with st.spinner(t("acc.mailing")):
            mailer.send_welcome(visit.context, address, link, clock.now())
    except Refusal as refusal:
        reason = f"{t('acc.not_mailed')} {t(refusal.key, **refusal.words)}"
        session.remember(NOT_MAILED, reason)
        return False
    return True
