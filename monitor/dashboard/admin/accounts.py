"""Accounts: inviting somebody, and what may be done with an account that is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from monitor.access import account_acts, accounts
from monitor.access.accounts import AccountSummary
from monitor.access.roles import Grant, Role
from monitor.dashboard import choices, elements, phrases
from monitor.dashboard.admin import one_time_links, proposals
from monitor.dashboard.admin.grants import grant_name, grants_table
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.inputs.addresses import LONGEST

INVITE = "invite"
ACCOUNT = "account"
"""The place beneath the choice of an account, for what makes its own form disappear."""


def show(visit: Visit) -> None:
    """List the accounts; invite somebody; end sessions, take a role or an account away."""
    t = visit.t
    st.title(t("page.accounts"), anchor=False)
    show_announcement()
    listing = accounts.listing(visit.context.engine)
    st.markdown(t("acc.intro"))
    if accounts.first_to_go(listing):
        st.warning(t("acc.first", email=phrases.escaped(accounts.FIRST)))
    st.table(grants_table(listing, visit.tree, t), alt=t("acc.alt"))
    proposals.show_waiting(visit)
    st.header(t("acc.invite"), anchor=False)
    invite(visit, INVITE, tuple(Role))
    if listing:
        st.header(t("acc.one"), anchor=False)
        _change_account(visit, listing)


def invite(visit: Visit, name: str, roles: Sequence[Role]) -> None:
    """Give somebody one of `roles`; what to hand over with the one-time link is shown beneath."""
    _invite_form(visit, name, roles)
    one_time_links.show_last(visit, name)


def _invite_form(visit: Visit, name: str, roles: Sequence[Role]) -> None:
    t, sso = visit.t, visit.context.settings.sso_rules
    if sso.rules and not sso.local:
        st.markdown(t("acc.by_groups"))
        return
    role = roles[0] if len(roles) == 1 else _choose_role(visit, name, roles)
    if role is None:
        return
    st.markdown(t(f"role.{role.value}.text"))
    form = Form(visit, name)
    with form.fields():
        email = form.text("email", t("acc.email"), longest=LONGEST)
        unit = _choose_unit(form) if role is Role.LEIDINGGEVENDE else None
        sent = form.submit(t("acc.invite.button"), primary=True)
    if sent:
        make_act = partial(account_acts.give_role, email, role, unit)
        proposals.submit(form, make_act, t("acc.given"))


def _choose_role(visit: Visit, name: str, roles: Sequence[Role]) -> Role | None:
    t = visit.t
    chosen = elements.select_optional(
        t("acc.role"),
        [role.value for role in roles],
        lambda role: t(f"role.{role}"),
        t("acc.role.choose"),
        f"{name}-role",
    )
    return Role(chosen) if chosen else None


def _choose_unit(form: Form) -> str | None:
    t = form.visit.t
    units = [unit.key for unit in form.visit.tree.open_units]
    names = choices.unit_names(form.visit, units)
    return form.select_optional(
        "unit", t("acc.unit"), units, names.__getitem__, t("invitations.choose_unit")
    )


def _change_account(visit: Visit, listing: Sequence[AccountSummary]) -> None:
    t = visit.t
    by_email = {account.email: account for account in listing}
    email = elements.select_optional(
        t("acc.which"), tuple(by_email), str, t("acc.which.choose"), "account"
    )
    show_announcement(ACCOUNT)
    if email is None:
        return
    grants = by_email[email].grants
    with st.expander(t("acc.end")):
        _end_sessions(visit, email)
    for grant in grants:
        with st.expander(t("acc.take", role=grant_name(grant, visit.tree, t))):
            _take_role(visit, email, grant)
    with st.expander(t("acc.over")):
        st.markdown(t("acc.over.text"))
        if Role.LUISTERAAR in {grant.role for grant in grants}:
            st.markdown(t("acc.over.luisteraar"))
        _start_over(visit, email)
    with st.expander(t("acc.remove")):
        _remove(visit, email)


def _end_sessions(visit: Visit, email: str) -> None:
    t, form = visit.t, Form(visit, f"end-{email}")
    st.markdown(t("acc.end.text"))
    if form.button(t("acc.end.button")):
        form.finish(partial(accounts.end_sessions, visit.context.engine, email), t("acc.ended"))


def _take_role(visit: Visit, email: str, grant: Grant) -> None:
    t, form = visit.t, Form(visit, f"take-{email}-{grant.role.value}-{grant.unit}")
    st.markdown(t("acc.take.text"))
    if form.confirmed(t("acc.sure"), t("acc.take.button")):
        make_act = partial(account_acts.take_role, email, grant.role, grant.unit)
        proposals.submit(form, make_act, t("acc.taken"), ACCOUNT)


def _start_over(visit: Visit, email: str) -> None:
    t, form = visit.t, Form(visit, f"over-{email}")
    if form.confirmed(t("acc.sure"), t("acc.over.button")):
        proposals.submit(form, partial(account_acts.start_over, email), t("acc.over.done"))
    one_time_links.show_last(visit, form.name)


def _remove(visit: Visit, email: str) -> None:
    t, form = visit.t, Form(visit, f"remove-{email}")
    st.markdown(t("acc.remove.text"))
    if form.confirmed(t("acc.sure"), t("acc.remove.button")):
        proposals.submit(form, partial(account_acts.remove, email), t("acc.removed"), ACCOUNT)
