"""The one-time link with which somebody chooses a passphrase: mailed, or shown to hand over."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import streamlit as st

from monitor import clock
from monitor.access import accounts
from monitor.dashboard import phrases, session
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.mail import mailer, route

LINK = "link"
WHY = "link-why"


class Way(StrEnum):
    """How somebody gets the link."""

    MAIL = "mail"
    BY_HAND = "by_hand"


WAYS = tuple(Way)


def choose(visit: Visit, form: str) -> Way:
    """Inside a form: by which way; nothing is asked where there is no mail, or no link."""
    t = visit.t
    if route.in_use(visit.context) is None or not visit.context.settings.sso_rules.local:
        return Way.BY_HAND
    way = st.radio(
        t("acc.way"),
        WAYS,
        format_func=lambda one: t(f"acc.way.{one.value}"),
        key=forms.key(form, "way"),
    )
    st.markdown(t("acc.way.not_protected"))
    return way


def with_link(visit: Visit, form: str, email: str, way: Way, make: Callable[[], str]) -> None:
    """Make a one-time link once, and let it go its way.

    Where it cannot be mailed it is shown: somebody who was invited must not be left without.
    """
    name = session.nonce(form)
    if not session.use(form, name):
        return
    try:
        token = make()
    except Refusal as refusal:
        session.give_back(form, name)
        forms.refused(visit, refusal)
        return
    address = accounts.normal_email(email)
    link = f"{visit.context.settings.base_url}/welkom/{token}"
    session.keep(LINK, "")
    session.keep(WHY, "")
    if not visit.context.settings.sso_rules.local:
        forms.tell(visit, "acc.by_organisation", email=address)
    elif way is Way.MAIL and _mailed(visit, address, link):
        forms.tell(visit, "acc.mailed", email=address)
    else:
        session.keep(LINK, link)
    st.rerun()


def shown(visit: Visit) -> None:
    """The link that was made last, to hand over; until it is hidden or the page is left."""
    t, made = visit.t, session.kept(LINK)
    if not made:
        return
    with st.container(border=True, key="card-link"):
        if why := session.kept(WHY):
            st.warning(phrases.plain(why))
        st.markdown(t("acc.link", hours=accounts.LINK_HOURS))
        st.code(made, language=None, wrap_lines=True)
        st.button(t("acc.link.hide"), on_click=session.keep, args=(LINK, ""))


def _mailed(visit: Visit, to: str, link: str) -> bool:
    t = visit.t
    try:
        with st.spinner(t("acc.mailing")):
            mailer.send_welcome(visit.context, to, link, clock.now())
    except Refusal as refusal:
        session.keep(WHY, f"{t('acc.not_mailed')} {t(refusal.key, **refusal.words)}")
        return False
    return True
