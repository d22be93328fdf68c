"""Accounts: inviting somebody, and what may be done with an account that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from monitor import clock
from monitor.access import accounts, removal
from monitor.access.accounts import AccountSummary
from monitor.access.roles import Grant, Role
from monitor.dashboard import choices, phrases
from monitor.dashboard.admin import forms, one_time_links
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.organisation.tree import Tree

INVITE = "invite"


def show(visit: Visit) -> None:
    """Who has an account; inviting; ending sessions, taking away, starting over."""
    t = visit.t
    st.title(t("page.accounts"), anchor=False)
    forms.told()
    one_time_links.shown(visit)
    known = accounts.listing(visit.context.engine)
    st.markdown(t("acc.intro"))
    if accounts.first_to_go(known):
        st.warning(t("acc.first", email=phrases.plain(accounts.FIRST)))
    st.table(table(known, visit.tree, t), alt=t("acc.alt"))
    st.header(t("acc.invite"), anchor=False)
    invite(visit, INVITE, tuple(Role))
    if known:
        st.header(t("acc.one"), anchor=False)
        _one(visit, known)


def invite(visit: Visit, form: str, roles: Sequence[Role]) -> None:
    """Give somebody a role, and the one-time link that goes with it."""
    t, sso = visit.t, visit.context.settings.sso_rules
    if sso.rules and not sso.local:
        st.markdown(t("acc.by_groups"))
        return
    role = roles[0] if len(roles) == 1 else _role_choice(visit, form, roles)
    if role is None:
        return
    st.markdown(t(f"role.{role.value}.text"))
    with st.form(form):
        email = st.text_input(
            t("acc.email"), max_chars=accounts.LONGEST_EMAIL, key=forms.key(form, "email")
        )
        unit = _unit(visit, form) if role is Role.LEIDINGGEVENDE else None
        way = one_time_links.choose(visit, form)
        sent = st.form_submit_button(
            t("acc.invite.button"), type="primary", key=forms.key(form, "send")
        )
    if sent:
        actor, now = visit.person.email, clock.now()
        one_time_links.with_link(
            visit,
            form,
            email,
            way,
            lambda: accounts.add(visit.context.engine, email, role, unit, actor, now),
        )


def table(known: Sequence[AccountSummary], tree: Tree, t: Texts) -> pd.DataFrame:
    """Addresses, their roles, and whether they have signed up."""
    rows = [
        (
            forms.mailbox(one.email),
            ", ".join(grant_name(grant, tree, t) for grant in one.grants) or t("acc.no_role"),
            t("acc.ready" if one.ready else "acc.waiting"),
        )
        for one in known
    ]
    names = [t("acc.email"), t("acc.roles"), t("table.status")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def grant_name(grant: Grant, tree: Tree, t: Texts) -> str:
    """A role, with the unit it is for."""
    role = t(f"role.{grant.role.value}")
    if grant.unit is None:
        return role
    unit = tree.get(grant.unit).name if grant.unit in tree else grant.unit
    return f"{role} {phrases.plain(unit)}"


def _role_choice(visit: Visit, form: str, roles: Sequence[Role]) -> Role | None:
    t = visit.t
    chosen = forms.choose(
        t("acc.role"),
        [role.value for role in roles],
        lambda role: t(f"role.{role}"),
        t("acc.role.choose"),
        f"{form}-role",
    )
    return Role(chosen) if chosen else None


def _unit(visit: Visit, form: str) -> str | None:
    units = [unit.key for unit in visit.tree.open_units]
    names = choices.names_of(visit, units)
    nothing = visit.t("invitations.choose_unit")
    key = forms.key(form, "unit")
    return forms.choose(visit.t("acc.unit"), units, names.__getitem__, nothing, key)


def _one(visit: Visit, known: Sequence[AccountSummary]) -> None:
    t = visit.t
    by_email = {one.email: one for one in known}
    nothing = t("acc.which.choose")
    email = forms.choose(t("acc.which"), tuple(by_email), str, nothing, "account")
    if email is None:
        return
    engine, actor, now = visit.context.engine, visit.person.email, clock.now()
    chosen = by_email[email]
    with st.expander(t("acc.end")):
        st.markdown(t("acc.end.text"))
        if st.button(t("acc.end.button"), key=forms.key(f"end-{email}", "send")):
            forms.once(
                visit,
                f"end-{email}",
                lambda: accounts.end_sessions(engine, email, actor, now),
                "acc.ended",
            )
    for grant in chosen.grants:
        _role(visit, chosen, grant)
    with st.expander(t("acc.over")):
        st.markdown(t("acc.over.text"))
        if Role.LUISTERAAR in {grant.role for grant in chosen.grants}:
            st.markdown(t("acc.over.luisteraar"))
        _start_over(visit, email)
    with st.expander(t("acc.remove")):
        st.markdown(t("acc.remove.text"))
        if _sure(visit, f"remove-{email}", "acc.remove.button"):
            forms.once(
                visit,
                f"remove-{email}",
                lambda: removal.remove(engine, email, actor, now),
                "acc.removed",
            )


def _start_over(visit: Visit, email: str) -> None:
    form, actor = f"over-{email}", visit.person.email
    with st.form(form, border=False):
        way = one_time_links.choose(visit, form)
        sure = _ticked(visit, form, "acc.over.button")
    if sure():
        engine, now = visit.context.engine, clock.now()
        one_time_links.with_link(
            visit, form, email, way, lambda: removal.start_over(engine, email, actor, now)
        )


def _role(visit: Visit, chosen: AccountSummary, grant: Grant) -> None:
    t, engine = visit.t, visit.context.engine
    form = f"take-{chosen.email}-{grant.role.value}-{grant.unit}"
    with st.expander(t("acc.take", role=grant_name(grant, visit.tree, t))):
        st.markdown(t("acc.take.text"))
        if _sure(visit, form, "acc.take.button"):
            forms.once(
                visit,
                form,
                lambda: removal.take_role(
                    engine, chosen.email, grant.role, grant.unit, visit.person.email, clock.now()
                ),
                "acc.taken",
            )


def _sure(visit: Visit, form: str, button: str) -> bool:
    """A tick and a button; whether both were given."""
    with st.form(form, border=False):
        sure = _ticked(visit, form, button)
    return sure()


def _ticked(visit: Visit, form: str, button: str) -> Callable[[], bool]:
    """Inside a form: a tick and a button; asked outside it, tells whether both were given."""
    ticked = st.checkbox(visit.t("acc.sure"), key=forms.key(form, "sure"))
    sent = st.form_submit_button(visit.t(button), key=forms.key(form, "send"))

    def sure() -> bool:
        if sent and not ticked:
            st.warning(visit.t("rounds.tick_first"))
        return sent and ticked

    return sure
