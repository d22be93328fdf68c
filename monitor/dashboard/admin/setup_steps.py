"""The steps of the set-up: what each asks for, and what has to be there after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from monitor import clock
from monitor.access import accounts as store
from monitor.access import overseers
from monitor.access.roles import Role
from monitor.dashboard import elements, phrases
from monitor.dashboard.admin import accounts, contacts, organisation, preferences, schedule
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import key_pinning, readers
from monitor.operations.checklist import Item
from monitor.reports.paper_text import PAPERS


@dataclass(frozen=True, slots=True)
class Step:
    """One view of the set-up."""

    name: str
    """Of its sentences: ``setup.{name}``."""
    show: Callable[[Visit], None]
    item: Item | None = None
    """What the first round waits for; None for a step that can also be taken later."""


def _tree(visit: Visit) -> None:
    t = visit.t
    if not visit.tree.units:
        organisation.first_tree(visit)
        return
    st.markdown(t("setup.tree.done", count=len(visit.tree.open_units)))
    elements.link(visit, "/organisatie", t("setup.tree.link"), quiet=True)
    st.markdown(t("setup.members"))
    elements.link(visit, "/leden", t("setup.members.link"), quiet=True)


def _calendar(visit: Visit) -> None:
    st.markdown(schedule.next_opening(visit))
    schedule.calendar(visit)


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


def texts(visit: Visit) -> None:
    """The texts to begin with, for colleagues, works council and privacy officer."""
    t = visit.t
    st.markdown(t("setup.texts.text"))
    with st.container(gap=None):
        for name in PAPERS:
            elements.link(visit, f"/bestanden/teksten/{name}", t(f"document.{name}"), quiet=True)


STEPS = (
    Step("name", preferences.name, Item.NAME),
    Step("tree", _tree, Item.TREE),
    Step("delivery", preferences.delivery),
    Step("calendar", _calendar),
    Step("toezicht", _toezicht, Item.TOEZICHT),
    Step("accounts", _accounts),
    Step("luisteraar", _luisteraar, Item.LUISTERAAR),
    Step("help", _help, Item.HELP),
    Step("word", preferences.access_word),
    Step("texts", texts),
    Step("consent", preferences.consent, Item.CONSENT),
)
"""In the order in which they are best taken."""
