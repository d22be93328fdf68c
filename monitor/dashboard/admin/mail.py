"""The mail server: filled in here or on the server itself, and a trial of it."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.config import mail_server
from monitor.config.mail_server import Security
from monitor.dashboard import phrases
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.mail import mailer
from monitor.mail import route as mail_route
from monitor.mail.route import StoredRoute
from monitor.organisation.preferences import Delivery

FORM = "mailserver"
OFFERED = (Security.STARTTLS, Security.TLS, Security.NONE)
MOST_PORT = 5
"""Digits."""


def show(visit: Visit, delivery: Delivery) -> None:
    """Which way mail goes, how to change that, and whether mail arrives."""
    t, context = visit.t, visit.context
    route = mail_route.in_use(context)
    if context.settings.mail_server is not None and route is not None:
        st.markdown(t("set.mail.fixed", host=phrases.plain(route.server.host)))
    else:
        kept = mail_route.stored(context)
        _told(visit, kept, delivery)
        with st.expander(
            t("set.mail.other" if kept else "set.mail.fill_in"),
            expanded=route is None and delivery is Delivery.MAIL,
        ):
            _form(visit, kept)
        if kept is not None:
            _forget(visit)
    if route is not None:
        _trial(visit)


def _told(visit: Visit, kept: StoredRoute | None, delivery: Delivery) -> None:
    t = visit.t
    if kept is None:
        say = st.warning if delivery is Delivery.MAIL else st.markdown
        say(t("set.mail.none"))
    elif kept.readable:
        server = kept.route.server
        words = {"host": phrases.plain(server.host), "sender": phrases.plain(kept.route.sender)}
        st.markdown(t("set.mail.server", port=server.port, **words))
    else:
        st.warning(t("mail.password_lost"))


def _form(visit: Visit, kept: StoredRoute | None) -> None:
    t = visit.t
    route = kept.route if kept else None
    st.markdown(t("set.mail.ask"))
    with st.form(FORM, border=False):
        host = _text(visit, "host", route.server.host if route else "", mail_server.LONGEST_HOST)
        security = st.radio(
            t("set.mail.security"),
            OFFERED,
            index=OFFERED.index(route.server.security) if route else 0,
            format_func=lambda one: t(f"set.mail.security.{one.name.lower()}"),
            key=forms.key(FORM, "security"),
        )
        port = _text(visit, "port", str(route.server.port) if route else "", MOST_PORT)
        user = _text(visit, "user", route.server.user if route else "", mail_server.LONGEST)
        password = st.text_input(
            t("set.mail.password_kept" if route and route.server.user else "set.mail.password"),
            type="password",
            max_chars=mail_server.LONGEST,
            autocomplete="off",
            key=forms.key(FORM, "password"),
        )
        sender = st.text_input(
            t("set.mail.sender"),
            route.sender if route else "",
            placeholder="teamklimaat@gemeente.nl",
            max_chars=mail_server.LONGEST,
            autocomplete="off",
            key=forms.key(FORM, "sender"),
        )
        st.markdown(t("set.mail.not_protected"))
        sent = st.form_submit_button(t("set.keep"), key=forms.key(FORM, "send"))
    if sent:

        def work() -> None:
            known = _known(kept, (security, host.strip(), port.strip(), user.strip()))
            chosen = mail_server.filled_in(security, host, port, user, password or known, sender)
            mail_route.choose(visit.context, chosen, visit.person.email, clock.now())

        forms.once(visit, FORM, work, "set.mail.kept")


def _text(visit: Visit, name: str, value: str, most: int) -> str:
    return st.text_input(
        visit.t(f"set.mail.{name}"),
        value,
        max_chars=most,
        autocomplete="off",
        key=forms.key(FORM, name),
    )


def _known(kept: StoredRoute | None, asked: tuple[Security, str, str, str]) -> str:
    """The password that was filled in before, where it is for this very server."""
    if kept is None or not kept.readable:
        return ""
    server = kept.route.server
    same = asked == (server.security, server.host, str(server.port), server.user)
    return server.password if same else ""


def _forget(visit: Visit) -> None:
    t, form = visit.t, "no-mailserver"
    with st.expander(t("set.mail.forget")):
        st.markdown(t("set.mail.forget.text"))
        if st.button(t("set.mail.forget.button"), key=forms.key(form, "send")):
            forms.once(
                visit,
                form,
                lambda: mail_route.forget(visit.context, visit.person.email, clock.now()),
                "set.mail.forgotten",
            )


def _trial(visit: Visit) -> None:
    t = visit.t
    with st.form("trial"):
        to = st.text_input(t("set.mail.to"), visit.person.email, key=forms.key("trial", "to"))
        sent = st.form_submit_button(t("set.mail.test"), key=forms.key("trial", "send"))
    if sent:
        forms.once(
            visit,
            "trial",
            lambda: mailer.send_trial(visit.context, to.strip(), clock.now()),
            "set.mail.sent",
        )
