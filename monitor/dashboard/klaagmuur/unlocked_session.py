"""A luisteraar with an unlocked key, on one run: which key, and what locks it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from monitor import clock
from monitor.access import sessions
from monitor.dashboard import phrases, session, uninterrupted
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import key_pinning, luisteraars, readers
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.unlocked import HOLDER
from monitor.locale import Texts
from monitor.scheduler import process_clock

CHECK_SECONDS = 20
"""How often an open page asks whether the key is still unlocked."""
WARN_SECONDS = 3 * 60
"""How long before it locks the warning appears."""
WHICH = "which-key"
STAY = "stay"
HIDDEN = "<style>.st-key-inbox { visibility: hidden }</style>"
"""Hides the messages; what went wrong, if anything, is said beneath them."""


@dataclass(frozen=True, slots=True)
class UnlockedSession:
    """A luisteraar with an unlocked key. Never kept: the next run asks again."""

    visit: Visit
    reader: Luisteraar
    everyone: tuple[Luisteraar, ...]
    """All luisteraars, those of earlier and later days included."""
    today: date
    digest: bytes = field(repr=False)
    """By which the memory of this process knows the session."""
    key: ReaderKey = field(repr=False)

    @property
    def others(self) -> tuple[Luisteraar, ...]:
        """The other luisteraars of today."""
        active = readers.active(self.everyone, self.today)
        return tuple(reader for reader in active if reader.account != self.reader.account)

    @property
    def is_active(self) -> bool:
        """Whether vents are sealed to this key today."""
        active = readers.active(self.everyone, self.today)
        return readers.find(active, self.reader.id) is not None


def own_keys(visit: Visit) -> tuple[Luisteraar, ...]:
    """This person's keys, the newest first; without those that ended before they began."""
    everyone = luisteraars.everyone(visit.context.engine)
    return tuple(
        reader
        for reader in luisteraars.own(visit.context.engine, visit.person.account)
        if reader.ended_on is None or reader.ended_on > readers.starts_on(reader, everyone)
    )


def choose_key(visit: Visit, keys: tuple[Luisteraar, ...]) -> Luisteraar:
    """The key to work with; a person with one key does not have to choose."""
    if len(keys) == 1:
        return keys[0]
    names = {reader.id: _key_name(visit, reader) for reader in keys}
    chosen = st.selectbox(
        visit.t("unlocked.which_key"), tuple(names), format_func=names.__getitem__, key=WHICH
    )
    return next(reader for reader in keys if reader.id == chosen)


def keep_unlocked(visit: Visit, digest: bytes, reader_id: str, key: ReaderKey) -> None:
    """Keep an unlocked key in memory while this session lasts."""
    engine = visit.context.engine
    HOLDER.put(digest, reader_id, key, lambda: sessions.is_running(engine, digest, clock.now()))


def find_unlocked(visit: Visit, reader: Luisteraar) -> UnlockedSession | None:
    """The unlocked session of this reader, if any. Looking it up counts as use of the key."""
    digest = session.digest(visit.context.settings.secure)
    key = HOLDER.use(digest, reader.id) if digest else None
    if digest is None or key is None:
        return None
    today = process_clock.today()
    everyone = key_pinning.believed(
        visit.context.keys, luisteraars.everyone(visit.context.engine), today
    )
    return UnlockedSession(visit, reader, everyone, today, digest, key)


@contextmanager
def lockable(unlocked: UnlockedSession) -> Iterator[None]:
    """Around a page with a button above it that locks the key; without a key it clears itself.

    The key is locked last, so that nothing that was sent just before is lost; messages are hidden
    first, so that nobody reads along meanwhile.
    """
    t = unlocked.visit.t
    with st.container(horizontal=True, vertical_alignment="center", key="inbox-bar"):
        remark(t("unlocked.lock.idle"))
        locks = st.button(t("unlocked.lock"), key="lock", on_click=uninterrupted.carry_through)
        if locks:
            st.html(HIDDEN)
    _check_lock(unlocked.digest, unlocked.reader.id, t)
    try:
        yield
    finally:
        if locks:
            HOLDER.lock(unlocked.digest)
    if locks:
        uninterrupted.rerun()


def remark(text: str) -> None:
    """A remark: smaller, and as dark as any text (the framework's own captions are too pale)."""
    st.markdown(f":small[{text}]")


@st.fragment(run_every=CHECK_SECONDS)
def _check_lock(digest: bytes, reader_id: str, t: Texts) -> None:
    """Clear the page when the key is gone, and warn in time: somebody who types sends nothing."""
    # The key is wiped as the session ends: the button does nothing for a person without a session.
    if session.is_pressed(STAY):
        HOLDER.use(digest, reader_id)
    if not HOLDER.is_open(digest):
        uninterrupted.rerun()
    if HOLDER.left(digest) < WARN_SECONDS:
        with st.container(key="lock-soon"):  # in sight wherever on the page the reader is
            st.warning(t("unlocked.lock.soon"))
            st.button(t("unlocked.lock.stay"), key=STAY)


def _key_name(visit: Visit, reader: Luisteraar) -> str:
    day = phrases.day(reader.announced_on, visit.t)
    return visit.t("unlocked.key", day=day, fingerprint=reader.fingerprint[:11])
