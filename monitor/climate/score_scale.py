"""The scale that the scores of a file are written on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown

_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,12})? ?%?")
_SCALE = re.compile(r"(\d{1,3})-(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest score there can be; results are on 0 to 100 whatever they are."""

    low: float = 0
    high: float = 100

    @staticmethod
    def parse(text: str) -> Scale:
        """The scale in a text such as ``1-10``.

        Raises
        ------
        InputRefused
            When it is none.
        """
        match = _SCALE.fullmatch(text)
        if match is None or int(match[1]) >= int(match[2]):
            raise InputRefused("series.scale_shape", value=shown(text))
        return Scale(int(match[1]), int(match[2]))

    def holds(self, text: str) -> bool:
        """Whether a score as written is on the scale, or a percentage."""
        low, high = (0, 100) if text.endswith("%") else (self.low, self.high)
        return _NUMBER.fullmatch(text) is not None and low <= parse_number(text) <= high

    def score(self, text: str) -> float:
        """A score as written, on 0 to 100."""
        return (
            parse_number(text)
            if text.endswith("%")
            else (parse_number(text) - self.low) * self._factor
        )

    def spread(self, text: str) -> float:
        """A standard deviation as written, on 0 to 100."""
        return parse_number(text) if text.endswith("%") else parse_number(text) * self._factor

    @property
    def _factor(self) -> float:
        return 100 / (self.high - self.low)


def parse_number(text: str) -> float:
    """A number as written, with a point or a comma, per cent sign or not."""
    return float(text.rstrip(" %").replace(",", "."))
