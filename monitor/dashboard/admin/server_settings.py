"""The settings of the server itself, shown to toezicht because nobody confirms them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import streamlit as st

from monitor.access.sso_rules import Rule, SsoRules
from monitor.config.mail_server import MailRoute
from monitor.dashboard import elements, phrases
from monitor.dashboard.admin import act_words
from monitor.dashboard.announcements import TOP
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.operations import server_parts
from monitor.operations.server_parts import NotedPart, Part


def show(visit: Visit) -> None:
    """Each part that is set, with what it says; and a button where toezicht did not see it yet."""
    t, noted = visit.t, server_parts.noted(visit.context)
    if not noted:
        return
    st.header(t("server_part.title"), anchor=False)
    st.markdown(t("server_part.text"))
    for part in noted:
        with st.container(border=True, key=f"card-server-{part.part.value}"):
            _part(visit, part)


def _part(visit: Visit, noted: NotedPart) -> None:
    t = visit.t
    st.markdown(f"**{t(f'server_part.{noted.part.value}')}**")
    if noted.digest:
        _content(visit, noted.part)
    else:
        st.markdown(t("server_part.off"))
    if noted.seen:
        return
    st.warning(t("server_part.changed", day=phrases.day(noted.since, t)))
    form = Form(visit, f"seen-{noted.part.value}")
    if form.button(t("server_part.seen")):
        form.finish(
            lambda _by, now: server_parts.acknowledge(visit.context, noted, visit.person, now),
            t("server_part.done"),
            TOP,
        )


def _content(visit: Visit, part: Part) -> None:
    t, settings = visit.t, visit.context.settings
    if part is Part.SIGN_ON and settings.single_sign_on:
        rules = settings.sso_rules
        client = phrases.escaped(settings.oidc_client_id) or phrases.NOTHING
        address = phrases.escaped(settings.oidc_issuer)
        st.markdown(t("server_part.issuer", address=address, client=client))
        elements.bullets(_sign_on(rules, t))
        st.markdown(t("server_part.rules" if rules.rules else "server_part.no_rules"))
        elements.bullets(_rule(visit, rule) for rule in rules.rules)
    elif part is Part.MAIL and settings.mail_server is not None:
        words = act_words.route_words(MailRoute(settings.mail_server, settings.mail_from), t)
        st.markdown(t("server_part.route", **words))
    elif part is Part.QUESTIONNAIRE:
        st.markdown(t("server_part.file"))


def _sign_on(rules: SsoRules, t: Texts) -> Iterator[str]:
    """Everything but the rules for groups: a change of any of it is mailed to toezicht."""
    for name, value in asdict(rules).items():
        if isinstance(value, bool):
            yield t(f"sso_setting.{name}.{'on' if value else 'off'}")
        elif name != "rules":
            words = value if isinstance(value, str) else ", ".join(value)
            yield t(f"sso_setting.{name}", value=phrases.escaped(words) or phrases.NOTHING)


def _rule(visit: Visit, rule: Rule) -> str:
    t = visit.t
    words = {"group": phrases.escaped(rule.group), "role": t(f"role.{rule.role.value}")}
    if rule.unit is not None:
        name = visit.unit_name(rule.unit) if rule.unit in visit.tree else rule.unit
        return t("server_part.rule_unit", **words, unit=phrases.escaped(name))
    if rule.unit_claim is not None:
        return t("server_part.rule_claim", **words, claim=phrases.escaped(rule.unit_claim))
    return t("server_part.rule", **words)
