"""Preparing a conversation: what changed, who leads, which form, the agenda, and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from monitor.dashboard import choices, elements, markup, phrases, session
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.followup import drawing, planned, planning, what_changed
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit
from monitor.followup import actions
from monitor.followup.agenda import AgendaItem, agenda
from monitor.followup.cards import Card
from monitor.followup.leaders import Lead, leads
from monitor.followup.library import Library, library
from monitor.followup.look_back import is_due
from monitor.followup.methods import Method
from monitor.followup.occasion import Occasion, begin_with, occasion, verdicts
from monitor.followup.records import OWN, Origin
from monitor.followup.suggestion import Direction, Suggestion, suggest
from monitor.pulse.questionnaire import in_language

LENGTHS = (15, 30, 45, 60, 75, 90, 120)
SHOWN_RULES = 3
LOOKING_BACK = "terugkijken"
"""The form for looking back; the organisation's own file may leave it out."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was chosen so far."""

    unit: str
    origin: Origin
    method: Method
    lead: Lead
    minutes: int


def show(visit: Visit) -> None:
    """From what changed to a planned conversation on one page."""
    t = visit.t
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        st.html(markup.text("p", t("page.conversation"), "crumb"))
        unit = choices.unit(visit, visit.replies_to, quiet=True)
    elements.banner(t("talk.title"), t("talk.intro"))
    show_announcement()
    planned.show(visit, unit)
    books = library(visit.context.settings.data_dir)
    steps, paper = st.columns([3, 2], gap="medium")
    with steps:
        about, suggestion = _first_step(visit, unit, books)
        if not suggestion.may_plan:
            _protocol(visit, books.cards.card(suggestion.card))
            return
        lead = _second_step(visit, suggestion)
        method = _third_step(visit, unit, books, suggestion)
    with paper, st.container(border=True, key="card-paper"):
        origin = about.origin if about else OWN
        prepared = Prepared(unit, origin, method, lead, _minutes(visit, method))
        _paper(visit, prepared, books, suggestion)


def _first_step(visit: Visit, unit: str, books: Library) -> tuple[Occasion | None, Suggestion]:
    """What changed, and the question to begin with."""
    t = visit.t
    with st.container(border=True, key="card-changed"):
        drawing.step(1, t("talk.step.changed"))
        about = _occasion(visit, unit)
        if about is None:
            st.markdown(t("talk.no_figures"))
        else:
            what_changed.show(visit, unit, about)
        shocking = st.checkbox(t("talk.aggression"), key=f"talk-aggression-{unit}")
        suggestion = suggest(
            books.methods,
            about.theme if about else "",
            about.direction if about else Direction.NONE,
            about.statement if about else "",
            about.also_fell if about else (),
            shocking,
        )
        if suggestion.may_plan and about is not None:
            what_changed.first_question(visit, about, suggestion)
    return about, suggestion


def _occasion(visit: Visit, unit: str) -> Occasion | None:
    """What changed in the theme that was chosen; None where no month has a figure of the unit."""
    latest = visit.results.latest
    if latest is None or unit not in visit.results.tree(latest):
        return None
    titles = {
        theme.key: in_language(theme.title, visit.t.language)
        for theme in visit.results.questionnaire(latest).themes
    }
    theme = session.select(
        Slot.THEME,
        visit.t("choice.theme"),
        tuple(titles),
        titles.__getitem__,
        preferred=begin_with(verdicts(visit.results, unit)),
    )
    return occasion(visit.results, unit, theme)


def _second_step(visit: Visit, suggestion: Suggestion) -> Lead:
    """Who leads; not the leidinggevende where support fell."""
    t = visit.t
    offered = leads(suggestion)
    with st.container(border=True, key="card-lead"):
        drawing.step(2, t("talk.step.lead"))
        lead = st.radio(
            t("talk.step.lead"),
            offered,
            format_func=lambda lead: t(f"lead.{lead.value}"),
            captions=[t(f"lead.{lead.value}.why") for lead in offered],
            key=f"talk-lead-{len(offered)}",
            label_visibility="collapsed",
        )
        if Lead.LEADER not in offered:
            drawing.note(t("lead.not_you"))
    return lead


def _third_step(visit: Visit, unit: str, books: Library, suggestion: Suggestion) -> Method:
    """Three forms that fit, and the others one click away."""
    t = visit.t
    with st.container(border=True, key="card-method"):
        drawing.step(3, t("talk.step.method"))
        everything = st.toggle(
            t("talk.all_methods", count=len(books.methods.methods)), key="talk-all"
        )
        fitting = _fitting(visit, unit, books, suggestion)
        others = [method for method in books.methods.methods if method not in fitting]
        offered = [*fitting, *others] if everything else list(fitting)
        # The names of what is offered are in the key: another signal begins with its own first.
        return st.radio(
            t("talk.step.method"),
            offered,
            format_func=lambda method: _method_name(visit, method),
            captions=[_about(visit, method) for method in offered],
            key=f"talk-method-{unit}-{'-'.join(method.key for method in fitting)}",
            label_visibility="collapsed",
        )


def _fitting(visit: Visit, unit: str, books: Library, suggestion: Suggestion) -> tuple[Method, ...]:
    """The forms shown first; where the team means to look back by now, that comes before them."""
    unit_actions = actions.listing(visit.context.engine, [unit])
    first = [method for method in books.methods.methods if method.key == LOOKING_BACK]
    if not any(is_due(visit.results, action) for action in unit_actions):
        return suggestion.methods
    return (*first, *(method for method in suggestion.methods if method not in first))


def _method_name(visit: Visit, method: Method) -> str:
    title = phrases.escaped(in_language(method.title, visit.t.language))
    return visit.t("talk.method", title=title, minutes=method.minutes)


def _about(visit: Visit, method: Method) -> str:
    """What a form is for, what is known of it, and when to choose another."""
    t, language = visit.t, visit.t.language
    texts = (method.purpose, method.led_by) if method.trained else (method.purpose,)
    lines = [in_language(text, language) for text in texts]
    lines.append(t("talk.evidence", text=in_language(method.evidence, language)))
    lines.append(t("talk.not_when", text=in_language(method.not_when, language)))
    return "  \n".join(phrases.escaped(line) for line in lines)


def _minutes(visit: Visit, method: Method) -> int:
    drawing.step(4, visit.t("talk.step.agenda"))
    lengths = sorted({*LENGTHS, method.minutes})
    return st.selectbox(
        visit.t("talk.length"),
        lengths,
        index=lengths.index(method.minutes),
        format_func=lambda minutes: visit.t("talk.minutes", minutes=minutes),
        filter_mode=None,
        key=f"talk-length-{method.key}",
    )


def _paper(visit: Visit, prepared: Prepared, books: Library, suggestion: Suggestion) -> None:
    """The day, the agenda with its minutes, and what not to do."""
    t, language = visit.t, visit.t.language
    open_titles = [a.title for a in actions.listing(visit.context.engine, [prepared.unit])
                   if a.is_open]  # fmt: skip
    planning.form(
        visit,
        prepared.unit,
        prepared.method.key,
        prepared.minutes,
        prepared.lead,
        prepared.origin,
    )
    title = phrases.escaped(in_language(prepared.method.title, language))
    unit = phrases.escaped(visit.unit_name(prepared.unit))
    st.markdown(f"**{title}** · {unit}")
    drawing.agenda(visit, _agenda(prepared, open_titles), open_titles)
    rules = [in_language(rule, language) for rule in books.methods.rules]
    st.markdown(f"**{t('talk.rules')}**")
    drawing.marked([in_language(suggestion.leader_must_not, language), *rules[:SHOWN_RULES]], "no")
    with st.expander(t("talk.rules.all", count=len(rules))):
        drawing.marked(rules, "no")
        st.markdown(phrases.escaped(in_language(books.methods.apart, language)))


def _agenda(prepared: Prepared, open_titles: Sequence[str]) -> tuple[AgendaItem, ...]:
    return agenda(prepared.method, prepared.minutes, has_open_actions=bool(open_titles))


def _protocol(visit: Visit, card: Card | None) -> None:
    """What comes first after aggression: care and the protocol; nothing is planned."""
    t, language = visit.t, visit.t.language
    with st.container(border=True, key="card-protocol"):
        drawing.note(t("talk.no_group_talk"), t("talk.protocol_first"), warm=True)
        if card is None:
            return
        st.markdown(f"**{phrases.escaped(in_language(card.title, language))}**")
        st.markdown(phrases.escaped(in_language(card.introduction, language)))
        for section in card.sections:
            st.markdown(f"**{phrases.escaped(in_language(section.title, language))}**")
            elements.bullets(phrases.escaped(in_language(line, language)) for line in section.lines)
