"""The luisteraar's room on one run: whose key, whether it is unlocked, and what locks it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html import escape

import streamlit as st

from monitor import clock
from monitor.access import sessions
from monitor.dashboard import phrases, session
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import key_pinning, luisteraars, readers
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.unlocked import HOLDER
from monitor.locale import Texts

WATCH_SECONDS = 20
"""How often an open page asks whether the key is still unlocked."""
WARN_SECONDS = 3 * 60
"""How long before locking it is said."""
WHICH = "which-key"
STAY = "stay"


@dataclass(frozen=True, slots=True)
class UnlockedSession:
    """A luisteraar with an unlocked key. Never kept: the next run asks again."""

    visit: Visit
    who: Luisteraar
    known: tuple[Luisteraar, ...]
    today: date
    digest: bytes = field(repr=False)
    key: ReaderKey = field(repr=False)

    @property
    def others(self) -> tuple[Luisteraar, ...]:
        """The other luisteraars of today."""
        present = readers.active(self.known, self.today)
        return tuple(one for one in present if one.account != self.who.account)

    @property
    def active(self) -> bool:
        """Whether vents are sealed to this key today."""
        return readers.find(readers.active(self.known, self.today), self.who.id) is not None


def own_keys(visit: Visit) -> tuple[Luisteraar, ...]:
    """This person's keys, the newest first; one that was turned down or never began is no use."""
    known = luisteraars.everyone(visit.context.engine)
    return tuple(
        one
        for one in luisteraars.own(visit.context.engine, visit.person.account)
        if one.ended_on is None or one.ended_on > readers.starts_on(one, known)
    )


def pick_key(visit: Visit, keys: tuple[Luisteraar, ...]) -> Luisteraar:
    """The key to work with; only who has more than one is asked."""
    if len(keys) == 1:
        return keys[0]
    names = {one.id: _key_name(visit, one) for one in keys}
    chosen = st.selectbox(
        visit.t("unlocked.which_key"), tuple(names), format_func=names.__getitem__, key=WHICH
    )
    return next(one for one in keys if one.id == chosen)


def hold(visit: Visit, digest: bytes, who: str, key: ReaderKey) -> None:
    """Keep an unlocked key, for as long as this session lasts."""
    engine = visit.context.engine
    HOLDER.put(digest, who, key, lambda: sessions.is_running(engine, digest, clock.now()))


def enter(visit: Visit, who: Luisteraar) -> UnlockedSession | None:
    """The room, when the key is unlocked in this session; counts as use of it."""
    digest = session.digest(visit.context.settings.secure)
    key = HOLDER.use(digest, who.id) if digest else None
    if digest is None or key is None:
        return None
    today = clock.today()
    known = key_pinning.believed(
        visit.context.keys, luisteraars.everyone(visit.context.engine), today
    )
    return UnlockedSession(visit, who, known, today, digest, key)


def lock_button(room: UnlockedSession) -> None:
    """Lock at once; and clear the page by itself when the key is no longer there."""
    t = room.visit.t
    if st.button(t("unlocked.lock"), key="lock"):
        HOLDER.lock(room.digest)
        st.rerun()
    small(t("unlocked.lock.idle"))
    _watch(room.digest, room.who.id, t)


def small(text: str) -> None:
    """A remark: smaller, and as dark as any text (the framework's own captions are too pale)."""
    st.markdown(f":small[{text}]")


def said(text: str) -> None:
    """What somebody wrote, letter by letter: nothing in it is markup."""
    st.html(f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(text)}</div>')


@st.fragment(run_every=WATCH_SECONDS)
def _watch(digest: bytes, who: str, t: Texts) -> None:
    """Clear the page when the key is gone; say so beforehand, as who is typing sends nothing."""
    # The key is wiped as the session ends, so this button does nothing for who has none any more.
    if session.is_pressed(STAY):
        HOLDER.use(digest, who)
    if not HOLDER.is_open(digest):
        st.rerun()
    if HOLDER.left(digest) < WARN_SECONDS:
        with st.container(key="lock-soon"):  # in sight wherever one is on the page
            st.warning(t("unlocked.lock.soon"))
            st.button(t("unlocked.lock.stay"), key=STAY)


def _key_name(visit: Visit, one: Luisteraar) -> str:
    day = phrases.day(one.announced_on, visit.t)
    return visit.t("unlocked.key", day=day, fingerprint=one.fingerprint[:11])
