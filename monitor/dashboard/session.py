"""What one person's browser session remembers: the only module that touches session state.

Nothing in it says who somebody is; that is asked of the store on every run. What is chosen is
also put in the address, so that a refresh or a link finds the same unit and month again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from urllib.parse import quote, urlencode

import streamlit as st

from monitor.access import sessions, tokens


class Slot(StrEnum):
    """One choice a person makes; the value is its name in the address."""

    LANGUAGE = "taal"
    UNIT = "onderdeel"
    PERIOD = "maand"
    THEME = "thema"


_NONCES = "nonces"


def cookie(secure: bool) -> str | None:
    """The sign-in token the browser sent when this page was opened, if any."""
    return st.context.cookies.get(sessions.cookie_name(secure))


def browser_languages() -> str:
    """The languages the browser asks for, as in ``Accept-Language``; empty when it says none."""
    return str(st.context.headers.get("accept-language", ""))


def chosen(slot: Slot) -> str | None:
    """What was chosen earlier in this session, or came along in the address."""
    value = st.session_state.get(_kept(slot))
    return value if isinstance(value, str) else st.query_params.get(slot.value)


def select(
    slot: Slot,
    label: str,
    options: Sequence[str],
    name: Callable[[str], str],
    *,
    preferred: str,
) -> str:
    """A list to choose one of `options` from, kept across pages, languages and refreshes.

    `name` gives what is read for an option; two options never share a name, because the browser
    knows them by it. With one option there is nothing to choose and no list is drawn.
    """
    if len(options) == 1:
        return options[0]
    earlier = chosen(slot)
    # The list is made anew when its names change; its own memory would otherwise be of names
    # that are no longer there.
    key = f"{slot.value}-{hash(tuple(map(name, options)))}"
    # Set at every run: on another page a list of the same name would begin anew.
    st.session_state[key] = earlier if earlier in options else preferred
    value = st.selectbox(
        label,
        options,
        format_func=name,
        key=key,
        filter_mode=None,
        on_change=_keep,
        args=(slot, key),
    )
    st.session_state[_kept(slot)] = value
    if st.query_params.get(slot.value) != value:
        st.query_params[slot.value] = value
    return value


def nonce(form: str) -> str:
    """A name for one filling-in of `form`; it stays the same until it is used."""
    return str(st.session_state.setdefault(f"{_NONCES}.{form}", secrets.token_urlsafe(9)))


def use(form: str, name: str) -> bool:
    """Whether `name` is used for the first time: a double click arrives twice, counts once."""
    if st.session_state.get(f"{_NONCES}.{form}") != name:
        return False
    st.session_state[f"{_NONCES}.{form}"] = secrets.token_urlsafe(9)
    return True


def give_back(form: str, name: str) -> None:
    """Let `name` be used again: nothing came of it, and the form keeps what was typed."""
    st.session_state[f"{_NONCES}.{form}"] = name


def digest(secure: bool) -> bytes | None:
    """What the store and the memory of this process know this sign-in by."""
    return tokens.digest(cookie(secure))


def keep(name: str, value: str) -> None:
    """Remember something small until the page is left; empty forgets it. Never a vent."""
    st.session_state[f"note.{name}"] = value


def kept(name: str) -> str:
    """What :func:`keep` remembers; empty when nothing."""
    return str(st.session_state.get(f"note.{name}", ""))


def is_pressed(key: str) -> bool:
    """Whether the button named `key` was just pressed: known before it is drawn again."""
    return bool(st.session_state.get(key))


def here(address: str) -> str:
    """The page at `address` with what was chosen, quoted, to come back to after signing in."""
    query = urlencode(st.query_params.to_dict())
    return quote(f"/{address}?{query}" if query else f"/{address}", safe="")


def _keep(slot: Slot, key: str) -> None:
    """Runs before the script does: what was just chosen holds for the whole of the next run."""
    st.session_state[_kept(slot)] = st.session_state[key]


def _kept(slot: Slot) -> str:
    return f"kept.{slot.value}"
