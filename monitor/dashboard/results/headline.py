"""The sentence above the figures that says whether anything changed: pure rules."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.climate.verdicts import STABLE, TOO_FEW
from monitor.dashboard import phrases
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import Texts


def headline(states: Sequence[ThemeState], beneath: int, t: Texts) -> str:
    """The sentence, as Markdown.

    Parameters
    ----------
    states
        Every theme of the unit.
    beneath
        How many units beneath it have a signal; these are told after the unit's own.
    """
    own = _own(states, t)
    if not beneath:
        return own
    return f"{own} {t('overview.headline.beneath', count=beneath)}"


def finding(state: ThemeState, t: Texts) -> str:
    """What was noticed of a theme, as "Respect is sinds mei 2026 lager"."""
    since = state.verdict.since
    assert since is not None
    return t(
        f"overview.finding.{state.verdict.direction}",
        theme=phrases.escaped(state.title),
        since=phrases.month(since, t),
    )


def _own(states: Sequence[ThemeState], t: Texts) -> str:
    changed = [state for state in states if state.span is not None]
    new = phrases.listed([finding(s, t) for s in changed if _is_news(s)], t)
    earlier = phrases.listed([finding(s, t) for s in changed if not _is_news(s)], t)
    thin = [state for state in states if state.verdict.few_answers]
    is_thin = bool(thin)
    parts = [_few_answers(thin, len(states), t)] if is_thin else []
    if new:
        parts.append(t("overview.headline.new", findings=new))
    if earlier:
        key = "earlier" if new or is_thin else "stays"
        parts.append(t(f"overview.headline.{key}", findings=earlier))
    if not parts:
        is_unsure = any(state.verdict.word == TOO_FEW for state in states)
        parts.append(t(f"overview.headline.{TOO_FEW if is_unsure else STABLE}"))
    return " ".join(parts)


def _is_news(state: ThemeState) -> bool:
    """Whether a signal is told as new: not one of before a month that shows nothing by itself."""
    change = state.verdict
    return change.is_new and (change.signalled_now or not change.few_answers)


def _few_answers(thin: Sequence[ThemeState], of: int, t: Texts) -> str:
    """That few answered, and about which themes where it is not about all of them."""
    if len(thin) == of:
        return t("overview.headline.few_answers")
    themes = phrases.listed([phrases.escaped(state.title) for state in thin], t)
    return t("overview.headline.few_answers.some", themes=themes)
