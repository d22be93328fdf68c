"""The mail server: filled in here or on the server itself, and a trial of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from monitor.access.act_kinds import Act
from monitor.config import mail_server
from monitor.config.mail_server import Security
from monitor.dashboard import phrases
from monitor.dashboard.admin import proposals
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.mail import mailer, route_acts
from monitor.mail import route as mail_route
from monitor.mail.route import StoredRoute
from monitor.organisation.preferences import Delivery

OFFERED = (Security.STARTTLS, Security.TLS, Security.NONE)
LONGEST_PORT = 5
"""Digits."""


def show(visit: Visit, delivery: Delivery) -> None:
    """How mail leaves, how to change that, and whether it arrives."""
    t, context = visit.t, visit.context
    route = mail_route.in_use(context)
    if context.settings.mail_server is not None and route is not None:
        st.markdown(t("set.mail.fixed", host=phrases.escaped(route.server.host)))
    else:
        stored = mail_route.stored(context)
        _status(visit, stored, delivery)
        with st.expander(
            t("set.mail.other" if stored else "set.mail.fill_in"),
            expanded=route is None and delivery is Delivery.MAIL,
        ):
            _server_form(visit, stored)
        if stored is not None:
            _forget(visit, stored)
    if route is not None:
        _trial(visit)


def _status(visit: Visit, stored: StoredRoute | None, delivery: Delivery) -> None:
    t = visit.t
    if stored is None:
        write = st.warning if delivery is Delivery.MAIL else st.markdown
        write(t("set.mail.none"))
    elif stored.readable:
        server = stored.route.server
        host, sender = phrases.escaped(server.host), phrases.escaped(stored.route.sender)
        st.markdown(t("set.mail.server", host=host, port=server.port, sender=sender))
    else:
        st.warning(t("mail.password_lost"))


def _server_form(visit: Visit, stored: StoredRoute | None) -> None:
    t, form = visit.t, Form(visit, "mailserver")
    server = stored.route.server if stored else None
    st.markdown(t("set.mail.ask"))
    with form.fields(border=False):
        host = _text(form, "host", server.host if server else "", mail_server.LONGEST_HOST)
        security = form.radio(
            "security",
            t("set.mail.security"),
            OFFERED,
            lambda option: t(f"set.mail.security.{option.name.lower()}"),
            chosen=server.security if server else None,
        )
        port = _text(form, "port", str(server.port) if server else "", LONGEST_PORT)
        user = _text(form, "user", server.user if server else "", mail_server.LONGEST)
        has_user = server is not None and bool(server.user)
        label = t("set.mail.password_kept" if has_user else "set.mail.password")
        password = form.password("password", label, longest=mail_server.LONGEST)
        sender = _text(form, "sender", stored.route.sender if stored else "", mail_server.LONGEST)
        st.markdown(t("set.mail.not_protected"))
        sent = form.submit(t("set.keep"), primary=True)

    def make_act() -> Act:
        earlier = _stored_password(stored, security, host.strip(), port.strip(), user.strip())
        route = mail_server.from_fields(security, host, port, user, password or earlier, sender)
        return route_acts.choose(visit.context, route)

    if sent:
        proposals.submit(form, make_act, t("set.mail.kept"))


def _text(form: Form, name: str, value: str, longest: int) -> str:
    return form.text(
        name,
        form.visit.t(f"set.mail.{name}"),
        value,
        longest=longest,
        placeholder="teamklimaat@gemeente.nl" if name == "sender" else None,
        autocomplete="off",
    )


def _stored_password(
    stored: StoredRoute | None, security: Security, host: str, port: str, user: str
) -> str:
    """The password that was filled in before, where it is for this very server; else empty."""
    if stored is None or not stored.readable:
        return ""
    server = stored.route.server
    is_same = (security, host, port, user) == (
        server.security, server.host, str(server.port), server.user,
    )  # fmt: skip
    return server.password if is_same else ""


def _forget(visit: Visit, stored: StoredRoute) -> None:
    t, form = visit.t, Form(visit, "no-mailserver")
    with st.expander(t("set.mail.forget")):
        st.markdown(t("set.mail.forget.text"))
        if form.button(t("set.mail.forget.button")):
            make_act = partial(route_acts.forget, stored.route.server.host)
            proposals.submit(form, make_act, t("set.mail.forgotten"), "mailserver")


def _trial(visit: Visit) -> None:
    t, form = visit.t, Form(visit, "trial")
    with form.fields():
        to = form.text("to", t("set.mail.to"), visit.person.email)
        sent = form.submit(t("set.mail.test"))

    def send(_actor: str, now: datetime) -> None:
        mailer.send_trial(visit.context, to.strip(), now)

    if sent:
        form.finish(send, t("set.mail.sent"))
