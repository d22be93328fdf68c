"""The sentence above the figures that says whether anything changed: pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.climate.verdicts import STABLE, TOO_FEW
from monitor.dashboard import phrases
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import Texts

MOST_SENTENCES = 2
"""In the headline; what more there is to say stands beneath it."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline of a page and what belongs in the line beneath it, both as Markdown.

    ``is_thin``: few answered and nothing new was noticed.
    """

    title: str
    beneath: str = ""
    is_thin: bool = False


@dataclass(frozen=True, slots=True)
class UnitsBeneath:
    """How many units beneath have a theme that is lower, and how many one that is higher.

    ``kind`` is what these are called, as `unit_rows.kind` has it.
    """

    lower: int = 0
    higher: int = 0
    kind: str = "teams"


NO_UNITS = UnitsBeneath()


def headline(states: Sequence[ThemeState], beneath: UnitsBeneath, t: Texts) -> Headline:
    """What is said of a unit above its figures.

    Where few answered and nothing is new, the headline is that, and what was noticed earlier stands
    beneath it.

    Parameters
    ----------
    states
        Every theme of the unit.
    beneath
        What the units beneath it have; shown after the unit's own.
    """
    changed = [state for state in states if state.span is not None]
    new = [state for state in changed if _is_news(state)]
    earlier = [state for state in changed if not _is_news(state)]
    thin = [state for state in states if state.verdict.few_answers]
    units = _of_units(beneath, t)
    before = [t("overview.headline.earlier", findings=findings(earlier, t))] if earlier else []
    if new:
        title = t("overview.headline.new", findings=findings(new, t))
        return _headline([title], _caution(states, thin, new, t), before + units)
    if thin:
        return Headline(_few(states, thin, t), " ".join(before + units), is_thin=True)
    if earlier:
        title = t("overview.headline.stays", findings=findings(earlier, t))
        return _headline([title], [], units)
    is_unsure = any(state.verdict.word == TOO_FEW for state in states)
    return _headline([t(f"overview.headline.{TOO_FEW if is_unsure else STABLE}")], [], units)


def findings(states: Sequence[ThemeState], t: Texts) -> str:
    """What was noticed, as "Respect en Steun zijn sinds mei 2026 lager"."""
    together: dict[tuple[str, str], list[str]] = {}
    for state in states:
        assert state.span is not None
        change = state.span.direction, state.span.since
        together.setdefault(change, []).append(phrases.escaped(state.title))
    return phrases.listed(
        [
            t(
                f"overview.finding.{direction}",
                count=len(titles),
                theme=phrases.listed(titles, t),
                since=phrases.month(since, t),
            )
            for (direction, since), titles in together.items()
        ],
        t,
    )


def _headline(title: list[str], caution: list[str], more: list[str]) -> Headline:
    """The first sentences as the headline, unless a caution comes between them and the rest."""
    sentences = title + more
    shown = len(title) if caution else MOST_SENTENCES
    return Headline(" ".join(sentences[:shown]), " ".join(caution + sentences[shown:]))


def _is_news(state: ThemeState) -> bool:
    """Whether a signal is reported as new; not an earlier one in a month with few answers."""
    change = state.verdict
    return change.is_new and (change.signalled_now or not change.few_answers)


def _caution(
    states: Sequence[ThemeState],
    thin: Sequence[ThemeState],
    new: Sequence[ThemeState],
    t: Texts,
) -> list[str]:
    """That few answered, beside something new: to a theme that is new itself, or to others."""
    if not thin:
        return []
    if any(state in new for state in thin):
        return [t("signals.few.now")]
    return [_few(states, thin, t)]


def _few(states: Sequence[ThemeState], thin: Sequence[ThemeState], t: Texts) -> str:
    """That few answered; about which themes, where it is not about all of them."""
    if len(thin) == len(states):
        return t("overview.headline.few_answers")
    themes = phrases.listed([phrases.escaped(state.title) for state in thin], t)
    return t("overview.headline.few_answers.some", themes=themes)


def _of_units(beneath: UnitsBeneath, t: Texts) -> list[str]:
    """In how many units beneath something is lower, and in how many higher; none where in none."""
    counts = {"lower": beneath.lower, "higher": beneath.higher}
    key = f"overview.headline.beneath.{beneath.kind}"
    parts = [t(f"{key}.{way}", count=count) for way, count in counts.items() if count]
    return [t("overview.headline.beneath", counts=phrases.listed(parts, t))] if parts else []
