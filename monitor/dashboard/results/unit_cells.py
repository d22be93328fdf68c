"""One theme of one unit in the grid of units: its months, its score, and its own level."""

from __future__ import annotations

from monitor.climate.verdicts import DOWN
from monitor.dashboard import markup, phrases
from monitor.dashboard.results import theme_cards, unit_rows
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import Texts

FAR = 15
"""Points from the own level from which on a tint is the stronger one."""
TINTS = ("l1", "l2", "h1", "h2", "plain", "hatch")


def cell(state: ThemeState, t: Texts) -> str:
    """The cell; only a change that is reported gives it a colour, never a score."""
    name = markup.text("span", state.title, "name")
    if state.is_withheld:
        why = markup.text("b", phrases.withheld(state.figure, t))
        words = why + markup.text("span", _last(state, t)) + unit_rows.standing(state, t)
        return markup.element("div", name + markup.element("span", words, "box"), "cell hatch")
    drawing = markup.picture(state.picture, theme_cards.months_alt(state, t))
    score = markup.text("b", phrases.score(state.figure), "v")
    margin = markup.text("span", theme_cards.margin(state, t), "m")
    word = markup.pill(state.verdict, t) + markup.text("span", _level(state, t), "d")
    return markup.element("div", name + drawing + score + margin + word, f"cell {tint(state)}")


def tint(state: ThemeState) -> str:
    """The class of the tint: how far the score lies from the level before the change."""
    if state.span is None or state.level is None or not isinstance(state.figure.value, int):
        return "plain"
    far = abs(state.figure.value - state.level) >= FAR
    return ("l" if state.span.direction == DOWN else "h") + ("2" if far else "1")


def key(t: Texts) -> str:
    """What the tints mean."""
    items = "".join(
        markup.element(
            "li",
            markup.element("i", "", f"tint {name}") + markup.text("span", t(f"units.tint.{name}")),
        )
        for name in TINTS
    )
    return markup.element("ul", items, "legend tints")


def _level(state: ThemeState, t: Texts) -> str:
    """The own earlier level, and since when the score lies elsewhere."""
    if state.level is None:
        return ""
    if state.span is None:
        return t("units.level", level=state.level)
    since = phrases.short_month(state.span.since, t)
    return t("units.level_since", level=state.level, since=since)


def _last(state: ThemeState, t: Texts) -> str:
    """The last month with a score of this same group; nothing from before a break mark."""
    for figure in reversed(state.series):
        if figure.value is not None:
            month = phrases.month(figure.period, t)
            return t("units.last", score=phrases.score(figure), month=month)
        if "break" in figure.notes:
            break
    return ""
