"""A card per theme: score, word, margin, the months before it, and what follows from them."""

from __future__ import annotations

from monitor.climate.verdicts import FEW_ANSWERS, STABLE
from monitor.dashboard import markup, phrases
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import Texts

AXIS = ("100", "50", "0")


def card(state: ThemeState, t: Texts) -> str:
    """The card of one theme. Its score has no colour: that is for signals."""
    head = markup.text("h2", state.title) + word(state, t)
    body = "".join(
        (
            markup.element("header", head),
            markup.element("div", _score(state, t) + _months(state, t), "row"),
            markup.text("p", saying(state, t), "say"),
        )
    )
    return markup.element("article", body, "card theme")


def word(state: ThemeState, t: Texts) -> str:
    """The one word of the theme; where nothing is reported and the month is withheld, why it is."""
    if state.is_withheld and state.verdict.word == FEW_ANSWERS:
        return markup.text("span", phrases.withheld(state.figure, t), "pill few-answers")
    return markup.pill(state.verdict, t)


def margin(state: ThemeState, t: Texts) -> str:
    """The interval around the score in words; empty where the score is withheld."""
    low, high = state.figure.low, state.figure.high
    return "" if low is None or high is None else t("theme.margin", low=low, high=high)


def months_alt(state: ThemeState, t: Texts) -> str:
    """What the small picture shows, for who hears it."""
    first, last = (phrases.month(p, t) for p in (state.window.first, state.window.last))
    return t("theme.picture", theme=state.title, first=first, last=last)


def saying(state: ThemeState, t: Texts) -> str:
    """One or two sentences beneath the months."""
    change = state.verdict
    parts = []
    if change.few_answers:
        parts.append(t("signals.few.now" if change.signalled_now else "signals.few"))
    if state.span is not None:
        since, noticed = (phrases.month(p, t) for p in (state.span.since, state.span.noticed))
        parts.append(t("theme.noticed", since=since, noticed=noticed))
    elif change.word != FEW_ANSWERS:
        parts.append(t(_quiet_key(state)))
    if state.span is not None and state.level is not None and not state.is_withheld:
        parts.append(t("theme.level", level=state.level))
    return " ".join(parts)


def _quiet_key(state: ThemeState) -> str:
    """The sentence without a change; not "within chance" beside a dot outside the band."""
    if state.verdict.word != STABLE:
        return "theme.too_few"
    value, limits = state.figure.value, state.control_limits[-1:]
    if not limits or limits[0].period != state.figure.period or not isinstance(value, int):
        return "theme.by_chance"
    low, high = limits[0].low, limits[0].high
    is_inside = low is None or high is None or low <= value <= high
    return "theme.by_chance" if is_inside else "theme.outside"


def _score(state: ThemeState, t: Texts) -> str:
    if state.is_withheld:
        is_said = state.verdict.word == FEW_ANSWERS
        why = "" if is_said else phrases.withheld(state.figure, t)
        return markup.element("p", markup.text("span", why, "margin"), "big")
    words = markup.text("span", phrases.score(state.figure), "score")
    return markup.element("p", words + markup.text("span", margin(state, t), "margin"), "big")


def _months(state: ThemeState, t: Texts) -> str:
    labels = markup.element("span", "".join(markup.text("i", n) for n in AXIS), "axis")
    ends = "".join(
        markup.text("span", phrases.short_month(p, t))
        for p in (state.window.first, state.window.last)
    )
    plot = markup.picture(state.picture, months_alt(state, t)) + labels
    drawn = markup.element("div", plot, "plot") + markup.element("div", ends, "ends")
    return markup.element("div", drawn, "months")
