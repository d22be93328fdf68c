"""Small pieces that several pages draw: lists, empty states, links, an optional choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st

from monitor.dashboard import markup, phrases
from monitor.dashboard.visit import Visit

GLOSSARY = ("score", "interval", "signal", "response")


def bullets(sentences: Iterable[str]) -> None:
    """The sentences as a list; nothing when there are none."""
    lines = [f"- {sentence}" for sentence in sentences]
    if lines:
        st.markdown("\n".join(lines))


def remarks(sentences: Iterable[str]) -> None:
    """The sentences as small print; nothing when there are none."""
    lines = [markup.text("p", sentence, "quiet") for sentence in sentences]
    if lines:
        st.html("".join(lines))


def banner(title: str, *lead: str) -> None:
    """The headline of a page with figures, and one line beneath it, both as Markdown."""
    st.title(title, anchor=False)
    with st.container(key="lead"):
        st.markdown(" ".join(filter(None, lead)))


def empty_state(visit: Visit, key: str, **words: str) -> None:
    """A calm box in place of figures: why there are none, and what to do."""
    with st.container(border=True, key="card-empty"):
        st.markdown(f"**{visit.t(f'{key}.title')}**")
        escaped = {name: phrases.escaped(word) for name, word in words.items()}
        st.markdown(visit.t(f"{key}.text", **escaped))


def has_sealed_month(visit: Visit) -> bool:
    """Whether there is a sealed month; when not, an empty state says what to do next."""
    if not visit.results.periods:
        empty_state(visit, "empty.no_month")
    return bool(visit.results.periods)


def glossary(visit: Visit) -> None:
    """What the few terms on the pages with figures mean, folded away until somebody opens it."""
    with st.expander(visit.t("glossary.title")):
        bullets(visit.t(f"glossary.{term}") for term in GLOSSARY)


def link(visit: Visit, address: str, label: str, *, quiet: bool = False) -> None:
    """A link that looks like a button, or `quiet` like a link, to a page outside the dashboard."""
    language = visit.t.language
    query = ""
    if language != visit.context.settings.language:
        query = f"{'&' if '?' in address else '?'}taal={language}"
    style = "" if quiet else ' class="button"'
    st.html(f'<p><a{style} href="{escape(address + query)}">{escape(label)}</a></p>')


def select_optional(
    label: str, options: Sequence[str], shown: Callable[[str], str], nothing: str, key: str
) -> str | None:
    """A list that begins with nothing chosen, which is read as `nothing`; None while nothing is.

    The framework's own option for this adds a button to clear the choice, labelled in English.
    """
    chosen = st.selectbox(
        label,
        ("", *options),
        format_func=lambda option: shown(option) if option else nothing,
        filter_mode=None,
        key=key,
    )
    return chosen or None
