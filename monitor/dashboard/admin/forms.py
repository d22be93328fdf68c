"""What the beheerder's pages share: who may, doing something once, and links to the counter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

import streamlit as st

from monitor import clock
from monitor.access.roles import Permission, may
from monitor.dashboard import phrases, session
from monitor.dashboard.visit import Visit
from monitor.errors import FileRefused, InputRefused, Refusal

DONE = "done"
TOLD_SECONDS = 6


def organises(visit: Visit) -> bool:
    """Whether this person keeps units, members and settings."""
    return may(visit.person, Permission.MANAGE_ORGANISATION)


def keeps_accounts(visit: Visit) -> bool:
    """Whether this person gives and takes roles."""
    return may(visit.person, Permission.MANAGE_ACCOUNTS)


def reads_log(visit: Visit) -> bool:
    """Whether this person may read who changed the set-up."""
    return may(visit.person, Permission.READ_AUDIT)


def once(visit: Visit, form: str, work: Callable[[], object], done: str, **words: object) -> None:
    """Do `work` at the first of two clicks; what is refused is said and keeps what was typed.

    Parameters
    ----------
    form
        The form whose nonce is used up.
    done
        Name of the sentence shown on top of the page afterwards, with its `words`.
    """
    name = session.nonce(form)
    if not session.use(form, name):
        return
    try:
        work()
    except Refusal as refusal:
        session.give_back(form, name)
        refused(visit, refusal)
    else:
        tell(visit, done, **words)
        st.rerun()


def tell(visit: Visit, done: str, **words: object) -> None:
    """Have the next run say on top of the page what was done."""
    told_until = int(clock.now().timestamp()) + TOLD_SECONDS
    session.keep(DONE, f"{told_until} {visit.t(done, **words)}")


def told() -> None:
    """What was done a moment ago; the second of two clicks does not wipe it away."""
    until, _, said = session.kept(DONE).partition(" ")
    if said and clock.now().timestamp() < int(until):
        st.success(phrases.plain(said))


def refused(visit: Visit, refusal: Refusal) -> None:
    """The sentence of a refusal, with one more for each fault of a file."""
    t = visit.t
    lines = [phrases.plain(t(refusal.key, **refusal.words))]
    if isinstance(refusal, FileRefused):
        lines += [f"- {phrases.plain(t(one.key, **one.words))}" for one in refusal.faults]
    st.error("\n".join(lines))


def mailbox(text: str) -> str:
    """Text with mail addresses in it, to read in a table: no links, and room to wrap."""
    return phrases.plain(text).replace("@", "@\N{ZERO WIDTH SPACE}")


def key(form: str, name: str) -> str:
    """A field's key: anew after the form was used, the same after it was refused."""
    return f"{form}-{name}-{session.nonce(form)}"


def link(visit: Visit, address: str, words: str, *, quiet: bool = False) -> None:
    """A link that looks like a button, to a page outside the dashboard's own."""
    t = visit.t
    asked = "" if t.language == visit.context.settings.language else f"?taal={t.language}"
    kind = "" if quiet else ' class="button"'
    st.html(f'<p><a{kind} href="{escape(address + asked)}">{escape(t(words))}</a></p>')


def choose(
    label: str, options: Sequence[str], name: Callable[[str], str], nothing: str, key: str
) -> str | None:
    """A list that begins with nothing chosen; None while nothing is.

    The framework's own way to begin so adds a button to clear it, which speaks English.
    """
    chosen = st.selectbox(
        label,
        ("", *options),
        format_func=lambda one: name(one) if one else nothing,
        filter_mode=None,
        key=key,
    )
    return chosen or None


def day(typed: str) -> date:
    """A day as people type it: ``3-11-2026`` or ``2026-11-03``.

    Raises
    ------
    InputRefused
        When it is no day.
    """
    parts = typed.strip().replace("/", "-").replace(".", "-").split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(parts[0]) != 4:
            numbers.reverse()
        return date(*numbers)
    except (ValueError, TypeError):
        raise InputRefused("form.day", value=typed.strip()[:20]) from None


def typed_day(moment: date | None) -> str:
    """A day as :func:`day` reads it."""
    return f"{moment.day}-{moment.month}-{moment.year}" if moment else ""
