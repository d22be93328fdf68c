"""What one person's browser session remembers: the only module that touches session state.

Nothing in it says who somebody is: the store is asked on every run. What is chosen also goes into
the address, so that a refresh or a link leads to the same unit and month again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from urllib.parse import quote, urlencode

import streamlit as st

from monitor.access import sessions, tokens


class Slot(StrEnum):
    """A choice that holds on every page; the value is its name in the address."""

    LANGUAGE = "taal"
    UNIT = "onderdeel"
    PERIOD = "maand"
    THEME = "thema"
    STEP = "stap"


def cookie(secure: bool) -> str | None:
    """The sign-in token the browser sent when this page was opened, if any."""
    return st.context.cookies.get(sessions.cookie_name(secure))


def digest(secure: bool) -> bytes | None:
    """The digest by which the store and the memory of this process know this sign-in."""
    return tokens.digest(cookie(secure))


def browser_languages() -> str:
    """The languages the browser asks for, as in ``Accept-Language``; empty when it says none."""
    return str(st.context.headers.get("accept-language", ""))


def chosen(slot: Slot) -> str | None:
    """What came with the address, as by a link or the back button, or was chosen earlier."""
    return st.query_params.get(slot.value) or _kept(slot)


def select(
    slot: Slot,
    label: str,
    options: Sequence[str],
    name: Callable[[str], str],
    *,
    preferred: str,
    quiet: bool = False,
) -> str:
    """A list to choose one of `options` from, kept across pages, languages and refreshes.

    `name` gives what is read for an option; two options never share a name, because the browser
    knows them by it. With one option there is nothing to choose and no list is drawn. `quiet`
    hides the label from all but screen readers.
    """
    if len(options) == 1:
        return options[0]
    earlier = next((e for e in (chosen(slot), _kept(slot)) if e in options), preferred)
    # The key changes with the names: the list would otherwise remember names that are gone.
    key = f"{slot.value}-{hash(tuple(map(name, options)))}"
    # Set at every run: on another page a list of the same name would begin anew.
    st.session_state[key] = earlier
    value = st.selectbox(
        label,
        options,
        format_func=name,
        key=key,
        filter_mode=None,
        on_change=_store_choice,
        args=(slot, key),
        label_visibility="collapsed" if quiet else "visible",
    )
    st.session_state[_slot_key(slot)] = value
    if st.query_params.get(slot.value) != value:
        st.query_params[slot.value] = value
    return value


def chosen_once(slot: Slot, options: Sequence[str], *, preferred: str) -> str:
    """Which of `options` the address names, else `preferred`; another visit of the page asks anew.

    It goes into the address, so that it stays while what is preferred changes.
    """
    named = st.query_params.get(slot.value, preferred)
    value = named if named in options else preferred
    if st.query_params.get(slot.value) != value:
        st.query_params[slot.value] = value
    return value


def nonce(form: str) -> str:
    """A random name for one filling-in of `form`; it stays the same until it is used."""
    return str(st.session_state.setdefault(_nonce_key(form), secrets.token_urlsafe(9)))


def use_nonce(form: str, value: str) -> bool:
    """Use up the nonce `value`; False when it was used before, as by a double click."""
    if st.session_state.get(_nonce_key(form)) != value:
        return False
    st.session_state[_nonce_key(form)] = secrets.token_urlsafe(9)
    return True


def restore_nonce(form: str, value: str) -> None:
    """Make `value` usable again: the work was refused, and the form keeps what was typed."""
    st.session_state[_nonce_key(form)] = value


def remember(name: str, value: str) -> None:
    """Keep something small until the page is left; empty forgets it. Never the text of a vent."""
    st.session_state[_note_key(name)] = value


def remembered(name: str) -> str:
    """What :func:`remember` keeps under `name`; empty when nothing."""
    return str(st.session_state.get(_note_key(name), ""))


def rewrite(field: str, change: Callable[[str], str]) -> None:
    """Change the text of a field that is not drawn yet in this run."""
    st.session_state[field] = change(str(st.session_state.get(field, "")))


def is_pressed(key: str) -> bool:
    """Whether the button named `key` was just pressed: known before it is drawn again."""
    return bool(st.session_state.get(key))


def page_link(address: str, label: str, choice: Mapping[Slot, str]) -> None:
    """A link to a page of the dashboard with something chosen, without loading all of it anew."""
    page = st.Page(_nothing, title=label, url_path=address, default=not address)
    query = {slot.value: value for slot, value in choice.items()}
    st.page_link(page, label=label, query_params=query or None)


def return_address(address: str) -> str:
    """The page at `address` with what was chosen, quoted, to come back to after signing in."""
    query = urlencode(st.query_params.to_dict())
    return quote(f"/{address}?{query}" if query else f"/{address}", safe="")


def _store_choice(slot: Slot, key: str) -> None:
    """Called before the script runs, so that a choice holds for the whole of the next run."""
    st.session_state[_slot_key(slot)] = st.query_params[slot.value] = st.session_state[key]


def _kept(slot: Slot) -> str | None:
    value = st.session_state.get(_slot_key(slot))
    return value if isinstance(value, str) else None


def _slot_key(slot: Slot) -> str:
    return f"kept.{slot.value}"


def _nonce_key(form: str) -> str:
    return f"nonces.{form}"


def _note_key(name: str) -> str:
    return f"note.{name}"


def _nothing() -> None:
    """In the place of a page that is only linked to."""
