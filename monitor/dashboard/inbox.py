"""The luisteraar's inbox: what was written, opened in this session's memory only."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session
from monitor.dashboard.klaagmuur import enter, letter, room
from monitor.dashboard.klaagmuur.room import Room
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import reading, themes
from monitor.klaagmuur.content import Intention, Theme
from monitor.klaagmuur.reading import Letter

OPEN = "open-letter"
Choice = TypeVar("Choice", bound=StrEnum)


def show(visit: Visit) -> None:
    """Unlock, then the letters: unread first, by day; one of them open."""
    t = visit.t
    st.title(t("page.inbox"), anchor=False)
    inside = enter.enter(visit)
    if inside is None:
        return
    room.lock_button(inside)
    enter.standing(visit, inside)
    themes.close_quarters(visit.house.engine, inside.who, inside.key, inside.today)
    found = reading.inbox(visit.house, inside.who, inside.key)
    if found.lost:
        st.info(t("inbox.lost", count=found.lost))
    if inside.who.support:
        st.info(t("inbox.support", support=phrases.plain(inside.who.support)))
    intention = _filter(visit, "inbox.intention", Intention, "klaagmuur.intention.")
    theme = _filter(visit, "inbox.theme", Theme, "klaagmuur.theme.")
    letters = reading.only(found.letters, intention, theme)
    unread = sum(one.unread for one in found.letters)
    st.markdown(t("inbox.count", count=len(letters), unread=unread))
    if not letters:
        st.markdown(t("inbox.empty"))
    for each in letters:
        _card(inside, each)


def _card(inside: Room, one: Letter) -> None:
    t, name = inside.visit.t, one.id.hex()
    is_open = session.kept(OPEN) == name
    with st.container(border=True, key=f"card-{name}"):
        st.markdown(letter.heading(one, t))
        label = t("letter.close" if is_open else "letter.open")
        st.button(label, key=f"open-{name}", on_click=_turn(inside, one, is_open))
        if is_open:
            letter.show(inside, one)


def _turn(inside: Room, one: Letter, is_open: bool) -> Callable[[], None]:
    def turn() -> None:
        session.keep(letter.CURTAIN, "")
        session.keep(OPEN, "" if is_open else one.id.hex())
        if not is_open and not one.heavy:
            reading.mark_read(inside.visit.house.engine, one, clock.today())

    return turn


def _filter(visit: Visit, name: str, kind: type[Choice], words: str) -> Choice | None:
    options: tuple[Choice | None, ...] = (None, *kind)
    return st.selectbox(
        visit.t(name),
        options,
        format_func=lambda value: visit.t(words + value.value if value else "inbox.all"),
        key=name,
        filter_mode=None,
    )
