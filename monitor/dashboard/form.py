"""One form of the dashboard: its fields, and the work that is done once when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from monitor import clock
from monitor.dashboard import elements, phrases, session, uninterrupted
from monitor.dashboard.announcements import announce, show_announcement
from monitor.dashboard.visit import Visit
from monitor.errors import FileRefused, Refusal

Option = TypeVar("Option")
Work = Callable[[str, datetime], object]
"""What a form does when it is sent, given who does it (an address) and when."""


class Form:
    """A form that does its work at the first of two clicks.

    The keys of its fields hold a nonce. Work that was done uses the nonce up, so that the next run
    draws empty fields; work that was refused leaves it, so that the fields keep what was typed.
    Methods that draw a field are called within ``with form.fields():``.

    Parameters
    ----------
    visit
        The run of the script in which the form is drawn.
    name
        Tells this form from the others on the page.
    """

    __slots__ = ("name", "nonce", "visit")

    def __init__(self, visit: Visit, name: str) -> None:
        self.visit = visit
        self.name = name
        self.nonce = session.nonce(name)

    def key(self, field: str) -> str:
        """The key of a field: another one after the form was used, the same after a refusal."""
        return f"{self.name}-{field}-{self.nonce}"

    def fields(self, *, border: bool = True, enter_sends: bool = True) -> DeltaGenerator:
        """The part of the page in which the fields stand."""
        return st.form(self.name, border=border, enter_to_submit=enter_sends)

    def text(
        self,
        field: str,
        label: str,
        value: str = "",
        *,
        longest: int | None = None,
        placeholder: str | None = None,
        autocomplete: str | None = None,
    ) -> str:
        """A line of text."""
        return st.text_input(
            label,
            value,
            max_chars=longest,
            placeholder=placeholder,
            autocomplete=autocomplete,
            key=self.key(field),
        )

    def password(self, field: str, label: str, *, longest: int) -> str:
        """A line of text that the screen does not show and the browser does not keep."""
        return st.text_input(
            label, type="password", max_chars=longest, autocomplete="off", key=self.key(field)
        )

    def text_area(
        self,
        field: str,
        label: str,
        value: str = "",
        *,
        longest: int | None = None,
        height: int | None = None,
        placeholder: str | None = None,
    ) -> str:
        """Several lines of text."""
        return st.text_area(
            label,
            value,
            max_chars=longest,
            height=height,
            placeholder=placeholder,
            key=self.key(field),
        )

    def select(
        self,
        field: str,
        label: str,
        options: Sequence[Option],
        shown: Callable[[Option], str],
        *,
        chosen: Option | None = None,
    ) -> Option:
        """A list to choose one of `options` from; it begins with `chosen`, or with the first."""
        return st.selectbox(
            label,
            options,
            index=_index(options, chosen),
            format_func=shown,
            filter_mode=None,
            key=self.key(field),
        )

    def select_optional(
        self,
        field: str,
        label: str,
        options: Sequence[str],
        shown: Callable[[str], str],
        nothing: str,
    ) -> str | None:
        """A list that begins with nothing chosen, which is read as `nothing`."""
        return elements.select_optional(label, options, shown, nothing, self.key(field))

    def radio(
        self,
        field: str,
        label: str,
        options: Sequence[Option],
        shown: Callable[[Option], str],
        *,
        chosen: Option | None = None,
    ) -> Option:
        """One of a few `options`, all in view."""
        return st.radio(
            label,
            options,
            index=_index(options, chosen),
            format_func=shown,
            key=self.key(field),
        )

    def checkbox(self, field: str, label: str, value: bool = False) -> bool:
        """A box to tick."""
        return st.checkbox(label, value, key=self.key(field))

    def toggle(self, field: str, label: str, value: bool = False) -> bool:
        """A switch."""
        return st.toggle(label, value, key=self.key(field))

    def submit(self, label: str, *, primary: bool = False) -> bool:
        """The button that sends the fields, and beneath it what sending them did a moment ago.

        Returns whether it was just pressed.
        """
        sent = st.form_submit_button(
            label,
            type="primary" if primary else "secondary",
            key=self.key("send"),
            on_click=uninterrupted.carry_through,
        )
        show_announcement(self.name)
        return sent

    def button(self, label: str) -> bool:
        """A button without fields, and what it did; returns whether it was just pressed."""
        sent = st.button(label, key=self.key("send"), on_click=uninterrupted.carry_through)
        show_announcement(self.name)
        return sent

    def confirmed(self, tick: str, button: str, text: str = "", *, border: bool = False) -> bool:
        """A form of `text`, a box and a button; returns whether it was sent with the tick."""
        with self.fields(border=border):
            if text:
                st.markdown(text)
            ticked = self.checkbox("sure", tick)
            sent = self.submit(button)
        return self.is_confirmed(sent, ticked)

    def is_confirmed(self, sent: bool, ticked: bool) -> bool:
        """Whether the form was sent with its box ticked; without the tick a warning is drawn."""
        if sent and not ticked:
            st.warning(self.visit.t("rounds.tick_first"))
        return sent and ticked

    def once(self, work: Work) -> bool:
        """Do `work` at the first of two clicks; returns whether it was done just now.

        A refusal is shown, and the fields keep what was typed.
        """
        if not session.use_nonce(self.name, self.nonce):
            return False
        refusal = _refusal(partial(work, self.visit.actor, clock.now()))
        if refusal is None:
            return True
        session.restore_nonce(self.name, self.nonce)
        show_refusal(self.visit, refusal)
        return False

    def finish(self, work: Work, done: str, place: str | None = None) -> None:
        """Do `work` once, and say `done` on the page, which is drawn anew.

        It is said beneath the form's own button; at `place` when the form will be gone by then.
        """
        if self.once(work):
            announce(done, self.name if place is None else place)
            uninterrupted.rerun()


def attempt(visit: Visit, work: Callable[[], object]) -> bool:
    """Do work that may be repeated, or show its refusal; returns whether it was done."""
    refusal = _refusal(work)
    if refusal is not None:
        show_refusal(visit, refusal)
    return refusal is None


def show_refusal(visit: Visit, refusal: Refusal) -> None:
    """The sentence of a refusal, with one more for each fault of a file."""
    t = visit.t
    lines = [phrases.escaped(t(refusal.key, **refusal.words))]
    if isinstance(refusal, FileRefused):
        lines += [f"- {phrases.escaped(t(fault.key, **fault.words))}" for fault in refusal.faults]
    st.error("\n".join(lines))


def _refusal(work: Callable[[], object]) -> Refusal | None:
    try:
        work()
    except Refusal as refusal:
        return refusal
    return None


def _index(options: Sequence[Option], chosen: Option | None) -> int:
    return 0 if chosen is None else options.index(chosen)
