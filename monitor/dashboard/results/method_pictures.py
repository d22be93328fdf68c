"""Examples with made-up figures, drawn as real ones are: what the marks and the words mean."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.climate.figures import Figure
from monitor.climate.verdicts import DOWN, FEW_ANSWERS, STABLE, TOO_FEW, UP
from monitor.config import design
from monitor.dashboard import markup
from monitor.dashboard.charts.sparkline import Span, Window, sparkline
from monitor.locale import Texts
from monitor.pulse import periods

FIRST = "2025-01"
BAND = 13
"""Points to either side of the level between which the examples stay by chance."""
WORDS = (DOWN, UP, "stays_down", "stays_up", STABLE, TOO_FEW, FEW_ANSWERS)


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up series: a score per month (None: withheld), and what happens in it.

    ``level`` is the middle of the band, ``since`` and ``noticed`` count months from the first, as
    ``broken`` does.
    """

    name: str
    scores: tuple[int | None, ...]
    level: int
    since: int = 0
    noticed: int = 0
    broken: int = 0


EXAMPLES = (
    Example("chance", (62, 66, 58, 64, 61, 69, 57, 63, 65, 59, 66, 62), 63),
    Example("signal", (64, 61, 66, 63, 65, 62, 55, 51, 52, 49, 51, 50), 63, since=6, noticed=8),
    Example("withheld", (62, 64, 60, None, 63, 61, None, None, 65, 62, 64, 61), 62),
    Example("break", (52, 55, 51, 54, 53, 56, 68, 65, 69, 66, 67, 68), 53, broken=6),
)


def gallery(t: Texts) -> str:
    """A figure per example: the picture, what it is called, and what it shows."""
    figures = "".join(
        markup.element(
            "figure",
            markup.picture(_picture(example), t(f"method.picture.{example.name}.alt"))
            + markup.element(
                "figcaption",
                markup.text("b", t(f"method.picture.{example.name}.title"))
                + " "
                + markup.text("span", t(f"method.picture.{example.name}.text")),
            ),
            "card",
        )
        for example in EXAMPLES
    )
    return markup.element("div", figures, "gallery")


def words(t: Texts) -> str:
    """Each of the seven words with what it means."""
    items = "".join(
        markup.element(
            "li", markup.word_pill(word, t) + markup.text("span", t(f"method.word.{word}"))
        )
        for word in WORDS
    )
    return markup.element("ul", items, "sevenwords")


def _picture(example: Example) -> str:
    months = [periods.shifted(FIRST, place) for place in range(len(example.scores))]
    series = [
        Figure(month, "", "theme", "", score, score, score, notes=_notes(example, place))
        for place, (month, score) in enumerate(zip(months, example.scores, strict=True))
    ]
    limits = [
        Figure(month, "", "chance", "", 0, example.level - BAND, example.level + BAND)
        for place, month in enumerate(months)
        if not (example.broken and place >= example.broken)
        and not (example.noticed and place > example.noticed)
    ]
    span = Span(months[example.since], months[example.noticed], DOWN) if example.noticed else None
    window = Window(months[0], months[-1])
    return sparkline(series, limits, window, design.current(), span)


def _notes(example: Example, place: int) -> frozenset[str]:
    return frozenset({"break"} if example.broken and place == example.broken else ())
