"""What the pages about conversations draw themselves: steps, the agenda, calm boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from monitor.dashboard.visit import Visit
from monitor.followup.agenda import AgendaItem
from monitor.locale import Texts
from monitor.pulse.questionnaire import in_language


def step(number: int, title: str) -> None:
    """The heading of one step."""
    st.html(f'<h2 class="step"><span>{number}</span>{escape(title)}</h2>')


def note(text: str, strong: str = "", *, warm: bool = False) -> None:
    """A sentence or two in a box, after a few words in bold."""
    kind = "box warm" if warm else "box"
    bold = f"<b>{escape(strong)}</b> " if strong else ""
    st.html(f'<p class="{kind}">{bold}{escape(text)}</p>')


def marked(lines: Iterable[str], mark: str) -> None:
    """Sentences as a list with a mark: ``yes`` (a tick) or ``no`` (a cross)."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    if items:
        st.html(f'<ul class="marked {mark}">{items}</ul>')


def agenda(visit: Visit, items: Sequence[AgendaItem], open_titles: Sequence[str]) -> None:
    """The agenda: a bar of its parts, and a row per part with its minutes."""
    t = visit.t
    bar = "".join(f'<i style="flex:{item.end - item.start}"></i>' for item in items)
    rows = "".join(
        f"<div><dt>{item.start}\N{EN DASH}{item.end}<span> {escape(t('talk.min'))}</span></dt>"
        f"<dd><b>{escape(title)}</b> {escape(text)}</dd></div>"
        for item in items
        for title, text in (item_words(item, open_titles, t),)
    )
    st.html(f'<div class="minutes" aria-hidden="true">{bar}</div><dl class="agenda">{rows}</dl>')


def item_words(item: AgendaItem, open_titles: Sequence[str], t: Texts) -> tuple[str, str]:
    """Title and text of a part of the agenda."""
    if item.title is None or item.text is None:
        return t("talk.open_first"), " · ".join(open_titles)
    return in_language(item.title, t.language), in_language(item.text, t.language)
