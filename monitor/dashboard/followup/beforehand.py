"""What people read before an action starts: the smallest change that could be seen."""

from __future__ import annotations

from math import ceil, floor

from monitor.dashboard.visit import Visit
from monitor.followup import estimates
from monitor.followup.figures import TRUE_RISE, WINDOW
from monitor.followup.records import Conversation
from monitor.followup.sensitivity import Sensitivity


def sentence(visit: Visit, talk: Conversation, start: str) -> str:
    """The smallest visible difference, and how often a true rise of ten points would be seen.

    Of several themes that in which it takes the largest difference.
    """
    t = visit.t
    sensitivity = _least_sensitive(visit, talk, start)
    if sensitivity is None:
        return t("beforehand.unknown")
    return t(
        "beforehand.visible",
        months=WINDOW,
        points=ceil(sensitivity.visible),
        rise=TRUE_RISE,
        times=floor(10 * sensitivity.chance_of_seeing(TRUE_RISE) + 0.5),
    )


def _least_sensitive(visit: Visit, talk: Conversation, start: str) -> Sensitivity | None:
    latest = visit.results.latest
    if latest is None:
        return None
    every = [theme.key for theme in visit.results.questionnaire(latest).themes]
    chosen = [talk.origin.theme] if talk.origin.theme in every else every
    sensitivities = [
        sensitivity
        for theme in chosen
        if theme is not None
        and (
            sensitivity := estimates.sensitivity_of(visit.results, talk.unit, theme, start, WINDOW)
        )
    ]
    return max(sensitivities, key=lambda each: each.std_error, default=None)
