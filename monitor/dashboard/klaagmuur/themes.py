"""What leadership sees of the klaagmuur: themes of closed quarters, beside the pulse, not in it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from monitor import clock
from monitor.dashboard import phrases
from monitor.dashboard.form import show_refusal
from monitor.dashboard.klaagmuur import unlocked_session
from monitor.dashboard.visit import Visit
from monitor.errors import InputRefused
from monitor.klaagmuur import contacts, help, key_pinning, readers
from monitor.klaagmuur import themes as store
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.themes import FEWEST, Released
from monitor.locale import Texts


def show(visit: Visit) -> None:
    """The released themes; for the beheerder also who listens and which contacts to check."""
    t = visit.t
    st.title(t("page.themes"), anchor=False)
    st.markdown(t("themes.text", fewest=FEWEST))
    if _sees_the_whole(visit):
        _released(visit)
    if visit.manages_accounts():
        _luisteraars(visit)
        _stale_contacts(visit)


def allowed(visit: Visit) -> bool:
    """Whether the page is for this person: whoever sees the whole organisation, or a beheerder."""
    return _sees_the_whole(visit) or visit.manages_accounts()


def _sees_the_whole(visit: Visit) -> bool:
    """Whether the top unit is among those this person sees: a theme is shown of all of it."""
    return any(unit.parent is None for unit in visit.tree.units if unit.key in visit.units)


def table(released: Sequence[Released], t: Texts) -> pd.DataFrame:
    """Quarter, theme, how many in a band, and the luisteraar's line."""
    names = [t(f"themes.{name}") for name in ("quarter", "theme", "times", "line")]
    rows = [
        (
            phrases.quarter(theme.quarter, t),
            t(f"klaagmuur.theme.{theme.theme}"),
            phrases.band(theme.band, t),
            theme.line or phrases.NOTHING,
        )
        for theme in released
    ]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def _released(visit: Visit) -> None:
    t = visit.t
    released = store.released(visit.context.engine)
    if released:
        st.table(table(released, t), alt=t("themes.alt"))
        unlocked_session.remark(t("themes.limit", fewer=FEWEST - 1))
    else:
        st.markdown(t("themes.none", fewest=FEWEST))


def _luisteraars(visit: Visit) -> None:
    """Who listens today and who will, each with the fingerprint of the key."""
    t, today = visit.t, clock.today()
    st.subheader(t("themes.listeners"), anchor=False)
    everyone = key_pinning.everyone(visit.context, today)
    active = readers.active(everyone, today)
    if not active:
        st.warning(t("themes.nobody"))
    for reader in active:
        _luisteraar(visit, reader, everyone, "themes.since")
    for reader in readers.announced(everyone, today):
        _luisteraar(visit, reader, everyone, "themes.from")


def _luisteraar(
    visit: Visit, reader: Luisteraar, everyone: tuple[Luisteraar, ...], sentence: str
) -> None:
    day = phrases.day(readers.starts_on(reader, everyone), visit.t)
    st.markdown(visit.t(sentence, name=phrases.escaped(reader.name), day=day))
    st.code(reader.fingerprint, language=None)


def _stale_contacts(visit: Visit) -> None:
    t, today = visit.t, clock.today()
    st.subheader(t("themes.signposts"), anchor=False)
    try:
        current = contacts.current(visit.context.engine, visit.context.settings.help_file)
    except InputRefused as refusal:
        show_refusal(visit, refusal)
        return
    stale = help.stale(current, today)
    for contact in stale:
        name, day = phrases.escaped(contact.name_in(t.language)), phrases.day(contact.checked_on, t)
        st.warning(t("themes.stale", name=name, day=day))
    if contacts.lacking(current):
        st.warning(t("themes.lacking"))
    elif not stale:
        st.markdown(t("themes.fresh"))
