"""The wizard: from an empty store to the first round, step by step, in any order."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from monitor import clock
from monitor.access import accounts as store
from monitor.access import overseers
from monitor.access.roles import Role
from monitor.dashboard import elements, phrases
from monitor.dashboard.admin import (
    accounts,
    contacts,
    organisation,
    preferences,
    schedule,
)
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import key_pinning, readers
from monitor.operations import checklist
from monitor.reports.paper_text import PAPERS


def show(visit: Visit) -> None:
    """What is there and what is missing, and every step with its form."""
    t = visit.t
    st.title(t("page.setup"), anchor=False)
    show_announcement()
    st.markdown(t("setup.intro"))
    _checklist(visit)
    for number, (step, show_step) in enumerate(STEPS, start=1):
        st.header(f"{number}. {t(f'setup.{step}')}", anchor=False)
        show_step(visit)


def _checklist(visit: Visit) -> None:
    t = visit.t
    for account in overseers.roles_to_split(visit.context.engine):
        first, second = (t(f"role.{role.value}") for role in (account.first, account.second))
        email = phrases.escaped(account.email)
        st.warning(t("setup.split", email=email, first=first, second=second))
    if checklist.is_over(visit.context):
        st.success(t("setup.over"))
        return
    checks = checklist.checks(visit.context, clock.today())
    missing = sum(not check.done for check in checks)
    with st.container(border=True, key="card-checklist"):
        st.markdown(f"**{t('setup.left', count=missing) if missing else t('setup.ready')}**")
        lines = [
            f"- {t(f'setup.item.{check.item.value}')}: "
            f"{t('setup.done') if check.done else '**' + t('setup.missing') + '**'}"
            for check in checks
        ]
        st.markdown("\n".join(lines))
        if not missing:
            elements.link(visit, "/rondes", t("setup.to_rounds"))


def _tree(visit: Visit) -> None:
    t = visit.t
    if not visit.tree.units:
        organisation.first_tree(visit)
        return
    st.markdown(t("setup.tree.done", count=len(visit.tree.open_units)))
    elements.link(visit, "/organisatie", t("setup.tree.link"), quiet=True)
    st.markdown(t("setup.members"))
    elements.link(visit, "/leden", t("setup.members.link"), quiet=True)


def _toezicht(visit: Visit) -> None:
    t, engine = visit.t, visit.context.engine
    st.markdown(t("setup.toezicht.text"))
    overseeing = [
        phrases.escaped(account.email)
        for account in store.listing(engine)
        if any(grant.role is Role.TOEZICHT for grant in account.grants)
    ]
    if overseeing:
        key = "ready" if overseers.anybody_ready(engine) else "invited"
        st.markdown(t(f"setup.toezicht.{key}", emails=", ".join(overseeing)))
    accounts.invite(visit, "setup-toezicht", (Role.TOEZICHT,))


def _accounts(visit: Visit) -> None:
    st.markdown(visit.t("setup.accounts.text"))
    others = (Role.LEIDINGGEVENDE, Role.BEHEERDER)
    accounts.invite(visit, "setup-invite", others)


def _luisteraar(visit: Visit) -> None:
    t, engine = visit.t, visit.context.engine
    st.markdown(t("setup.luisteraar.text"))
    today = clock.today()
    active = readers.active(key_pinning.everyone(visit.context, today), today)
    if active:
        names = ", ".join(phrases.escaped(reader.name) for reader in active)
        st.markdown(t("setup.luisteraar.active", names=names))
        return
    invited = [
        account.email
        for account in store.listing(engine)
        if any(grant.role is Role.LUISTERAAR for grant in account.grants)
    ]
    if invited:
        st.markdown(t("setup.luisteraar.invited", email=phrases.escaped(", ".join(invited))))
    accounts.invite(visit, "setup-luisteraar", (Role.LUISTERAAR,))


def _help(visit: Visit) -> None:
    st.markdown(visit.t("setup.help.text"))
    contacts.show_lacking(visit, contacts.current(visit))
    elements.link(visit, "/hulplijnen", visit.t("setup.help.link"))


def _texts(visit: Visit) -> None:
    t = visit.t
    st.markdown(t("setup.texts.text"))
    for name in PAPERS:
        elements.link(visit, f"/bestanden/teksten/{name}", t(f"document.{name}"), quiet=True)


STEPS: tuple[tuple[str, Callable[[Visit], None]], ...] = (
    ("name", preferences.name),
    ("tree", _tree),
    ("delivery", preferences.delivery),
    ("calendar", schedule.calendar),
    ("toezicht", _toezicht),
    ("accounts", _accounts),
    ("luisteraar", _luisteraar),
    ("help", _help),
    ("word", preferences.access_word),
    ("texts", _texts),
    ("consent", preferences.consent),
)
"""Name of the step, and the function that draws it."""
