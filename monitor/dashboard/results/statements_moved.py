"""The statements that lie furthest from their own earlier level, on the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.climate import statement_levels
from monitor.climate.results import Figure, Results
from monitor.climate.verdicts import DOWN, UP
from monitor.dashboard import markup, phrases
from monitor.dashboard.results.theme_state import ThemeState
from monitor.locale import Texts
from monitor.pulse.questionnaire import Question, in_language

MOST = 2
"""Statements that are named."""
LEAST_POINTS = 5
"""A statement that lies nearer to its own level is not named."""
ENDS = markup.element("span", markup.text("i", "0") + markup.text("i", "100"), "reach")
"""The numbers at the ends of the scale."""


@dataclass(frozen=True, slots=True)
class MovedStatement:
    """A statement's score and its own earlier level.

    ``direction`` is that of a signal of its theme, and empty without one. A statement has a colour
    only where it moved the way of that signal.
    """

    question: str
    theme: str
    figure: Figure
    level: int
    direction: str

    @property
    def colour(self) -> str:
        """The direction of the signal of its theme, where it moved that way; else empty."""
        return agreeing(self.figure, self.level, self.direction)

    @property
    def distance(self) -> int:
        """Points between the score and the level."""
        assert isinstance(self.figure.value, int)
        return abs(self.figure.value - self.level)


def moved(
    results: Results, unit: str, period: str, states: Sequence[ThemeState], language: str
) -> tuple[MovedStatement, ...]:
    """The statements of a unit that are named in that month."""
    of_themes = {state.theme: state for state in states}
    candidates = [
        statement
        for theme in results.questionnaire(period).themes
        for question in theme.questions
        if (
            statement := _statement(results, unit, period, question, of_themes[theme.key], language)
        )
    ]
    return most_telling(candidates)


def most_telling(candidates: Sequence[MovedStatement]) -> tuple[MovedStatement, ...]:
    """At most two statements, those that lie furthest from their own level, furthest first.

    Those that moved with a signal of their theme come first: the page is about that theme.
    """
    far = [each for each in candidates if each.distance >= LEAST_POINTS]
    return tuple(sorted(far, key=lambda each: (not each.colour, -each.distance))[:MOST])


def _statement(
    results: Results, unit: str, period: str, question: Question, state: ThemeState, language: str
) -> MovedStatement | None:
    figure = results.figure(period, unit, "question", question.key)
    # Beside a signal, the level is that of before the change, as it is for the theme.
    month = state.span.since if state.span else period
    level = statement_levels.level_before(results, unit, question.key, month)
    if figure is None or not isinstance(figure.value, int) or level is None:
        return None
    text = in_language(question.text, language)
    return MovedStatement(text, state.title, figure, level, state.verdict.direction)


def section(statements: Sequence[MovedStatement], t: Texts) -> str:
    """The section with a scale per statement; a sentence where there is none."""
    head = markup.text("h2", t("moved.title"))
    if not statements:
        return markup.element(
            "section", head + markup.text("p", t("moved.none")), "card moved none"
        )
    items = "".join(_item(statement, t) for statement in statements)
    end = markup.text("p", t("moved.meaning"), "quiet mini")
    return markup.element("section", head + markup.element("ul", items) + end, "card moved")


def _item(statement: MovedStatement, t: Texts) -> str:
    score = phrases.score(statement.figure)
    colour = statement.colour
    words = {"score": score, "level": statement.level, "theme": statement.theme}
    key = colour or ("against" if statement.direction else "chance")
    return markup.element(
        "li",
        markup.text("q", statement.question)
        + scale(statement.figure, statement.level, colour)
        + ENDS
        + markup.text("p", t(f"moved.{key}", **words), f"w {key}"),
    )


def agreeing(figure: Figure, level: int | None, direction: str) -> str:
    """The direction of the signal of its theme, where a statement moved that way; else empty."""
    if level is None or not isinstance(figure.value, int):
        return ""
    moved_to = DOWN if figure.value < level else UP if figure.value > level else ""
    return direction if direction == moved_to else ""


def scale(figure: Figure, level: int | None, direction: str) -> str:
    """A score, filled, and its own earlier level, hollow, on the line from 0 to 100."""
    assert isinstance(figure.value, int)
    value = figure.value
    parts = [markup.element("i", "", "track")]
    if level is not None:
        low, high = sorted((value, level))
        parts += [_placed("bar", left=low, width=high - low), _placed("then", left=level)]
    parts.append(_placed("now", left=value))
    return markup.element("span", "".join(parts), f"dumbbell {direction}".strip())


def _placed(name: str, **per_cent: int) -> str:
    style = ";".join(f"{side}:{points}%" for side, points in per_cent.items())
    return markup.element("i", "", name, style=style)
