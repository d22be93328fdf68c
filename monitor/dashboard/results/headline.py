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
    new = phrases.listed([finding(s, t) for s in changed if s.verdict.is_new], t)
    earlier = phrases.listed([finding(s, t) for s in changed if not s.verdict.is_new], t)
    is_thin = any(state.verdict.few_answers for state in states)
    parts = [t("overview.headline.few_answers")] if is_thin else []
    if new:
        parts.append(t("overview.headline.new", findings=new))
    if earlier:
        key = "earlier" if new or is_thin else "stays"
        parts.append(t(f"overview.headline.{key}", findings=earlier))
    if not parts:
        is_unsure = any(state.verdict.word == TOO_FEW for state in states)
        parts.append(t(f"overview.headline.{TOO_FEW if is_unsure else STABLE}"))
    return " ".join(parts)
