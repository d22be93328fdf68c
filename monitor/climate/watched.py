"""Which themes have a control chart, and in which months a theme restarts because it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.climate.figures import Month
from monitor.pulse.questionnaire import Questionnaire, Theme
from monitor.pulse.questionnaire_changes import asks_otherwise


def watched(month: Month) -> Iterator[tuple[int, Theme]]:
    """The themes of a month that are watched, each with its place among all."""
    themes = enumerate(month.questionnaire.themes)
    return ((place, theme) for place, theme in themes if theme.signals)


def restarts(months: Sequence[Month], themes: Mapping[str, int]) -> NDArray[np.bool_]:
    """Per theme and month, whether it asks something else than the time before."""
    changed = np.zeros((len(themes), len(months)), np.bool_)
    before: dict[str, Questionnaire] = {}
    for at, month in enumerate(months):
        for _, theme in watched(month):
            earlier = before.get(theme.key, month.questionnaire)
            changed[themes[theme.key], at] = asks_otherwise(earlier, month.questionnaire, theme.key)
            before[theme.key] = month.questionnaire
    return changed
