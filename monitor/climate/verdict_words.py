"""The sentences that explain the word for the trend beside a score."""

from __future__ import annotations

from collections.abc import Callable

from monitor.climate.verdicts import FEW_ANSWERS, STABLE, TrendVerdict
from monitor.locale import Texts


def sentences(verdict: TrendVerdict, t: Texts, month: Callable[[str], str]) -> tuple[str, ...]:
    """What a person reads beneath the word; `month` puts a period in words."""
    lines = []
    if verdict.few_answers:
        lines.append(t("signals.few.now" if verdict.signalled_now else "signals.few"))
    if verdict.word != FEW_ANSWERS:
        lines.append(t(f"signals.meaning.{verdict.word}"))
    if verdict.recovered and verdict.signalled:
        lines.append(t("signals.back", fell=month(verdict.signalled)))
    elif verdict.since and verdict.signalled:
        since, fell = month(verdict.since), month(verdict.signalled)
        lines.append(t("signals.since", since=since, fell=fell))
        if verdict.is_new:
            lines.append(t("signals.false", years=f"{verdict.years:g}"))
            lines.append(t("signals.talk"))
        elif not verdict.few_answers:
            lines.append(t("signals.nothing_added"))
    elif verdict.begun and verdict.word == STABLE:
        lines.append(t("signals.begun", fell=month(verdict.begun)))
    if verdict.points is not None:
        lines.append(t("signals.chance", points=verdict.points))
    return tuple(lines)
