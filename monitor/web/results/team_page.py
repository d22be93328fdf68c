"""What a team reads about itself, from released figures and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.climate.audience import TEAM_ONLY
from monitor.climate.figures import CLASSES, CODES, PLACES, RESPONSE
from monitor.climate.results import Figure, Results, shown
from monitor.climate.verdicts import TrendVerdict, own_level, verdict
from monitor.locale import formats, texts
from monitor.pulse.questionnaire import Theme, in_language
from monitor.web.results.agreements import Agreements
from monitor.web.results.chart import Chart, chart

NOTES = ("caution", "left_out", "break")
"""Notes in the order in which the page gives them; ``withheld`` stands in the figure's place."""


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One statement with its score, and the distribution of answers where it may be shown."""

    text: str
    figure: Figure
    shares: tuple[Figure, ...]

    @property
    def is_for_team(self) -> bool:
        """Whether it is for the team and its own leidinggevende."""
        return TEAM_ONLY in self.figure.notes


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """One theme: its latest score, the verdict on change, its months and its statements.

    ``earlier`` is the level before the change that is reported, if any.
    """

    title: str
    figure: Figure
    verdict: TrendVerdict
    earlier: int | None
    chart: Chart | None
    months: tuple[Figure, ...]
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class TeamPage:
    """The page of one unit."""

    name: str
    period: str
    agreed: Agreements
    noticed: tuple[QuestionLine, ...]
    """What staff say of their own agreements; empty where they were not asked."""
    themes: tuple[ThemeCard, ...]
    response: Figure | None
    places: Figure | None
    codes: Figure | None
    notes: tuple[str, ...]
    titles: Mapping[str, str]
    """What each theme is called, by its key."""
    of_team: bool
    """Whether nothing lies beneath the unit: it is a team, and not what several teams make up."""

    @property
    def empty(self) -> bool:
        """Whether no theme has a score in the latest month."""
        return all(card.figure.value is None for card in self.themes)

    @property
    def drawn(self) -> bool:
        """Whether any theme has a drawing."""
        return any(card.chart for card in self.themes)

    @property
    def broken(self) -> bool:
        """Whether a drawing has a line beyond which months may not be compared."""
        return any(card.chart and card.chart.trend.breaks for card in self.themes)

    @property
    def rings(self) -> bool:
        """Whether a drawing has a ring around a month with a signal."""
        return any(card.chart and card.chart.trend.signals for card in self.themes)

    @property
    def hollow(self) -> bool:
        """Whether a drawing has an open dot in the place of a suppressed month."""
        return any(card.chart and card.chart.trend.suppressed for card in self.themes)


def latest_period(results: Results, unit: str) -> str | None:
    """The latest month that `unit` was part of; None when there is none yet."""
    return next((p for p in reversed(results.periods) if unit in results.tree(p)), None)


def team_page(
    results: Results, unit: str, period: str, agreed: Agreements, language: str
) -> TeamPage:
    """The page of `unit` for a month it was part of."""
    cards = tuple(
        _card(results, period, unit, theme, agreed, language)
        for theme in results.questionnaire(period).themes
    )
    response = results.figure(period, unit, "response", RESPONSE)
    scores = [card.figure for card in cards] + [q.figure for card in cards for q in card.questions]
    return TeamPage(
        name=results.tree(period).get(unit).name,
        period=period,
        agreed=agreed,
        noticed=tuple(
            _line(results, period, unit, question.key, in_language(question.text, language))
            for theme in results.noticed(period)
            for question in theme.questions
        ),
        themes=cards,
        response=response,
        places=results.figure(period, unit, "invited", PLACES),
        codes=results.figure(period, unit, "invited", CODES),
        notes=_notes([*scores, *([response] if response else [])]),
        titles={
            t.key: in_language(t.title, language) for t in results.questionnaire(period).themes
        },
        of_team=not results.tree(period).children(unit),
    )


def display(figure: Figure) -> str:
    """A score as people read it: ``62``, ``≤ 10``, ``≥ 90``; empty when withheld."""
    return formats.score(shown(figure))


def signed(points: int) -> str:
    """A difference with its sign: ``+3``, ``−2`` with a true minus sign, ``0``."""
    return formats.signed(points)


def people(band: str, language: str) -> str:
    """A band of people: ``10-14`` as ``10 tot en met 14 mensen``, ``50+`` as ``50 of meer``.

    Empty where there is none.
    """
    t, (low, high) = texts(language), formats.ends(band)
    if not band:
        return ""
    if formats.is_share(band):
        return t("band.percent", low=low, high=high)
    return t("band.closed", low=low, high=high) if high else t("band.open", low=low)


def _card(
    results: Results, period: str, unit: str, theme: Theme, agreed: Agreements, language: str
) -> ThemeCard:
    figure = results.figure(period, unit, "theme", theme.key)
    assert figure is not None
    series = tuple(f for f in results.series(unit, "theme", theme.key) if f.period <= period)
    chance = (results.figure(f.period, unit, "chance", theme.key) for f in series)
    limits = [f for f in chance if f is not None]
    change = verdict(results, unit, theme.key, period)
    has_changed = bool(change.direction)
    return ThemeCard(
        title=in_language(theme.title, language),
        figure=figure,
        verdict=change,
        earlier=own_level(results, unit, theme.key, period, change) if has_changed else None,
        chart=chart(series, limits, change, agreed.starts(theme.key)),
        months=tuple(reversed(series)),
        questions=tuple(
            _line(results, period, unit, question.key, in_language(question.text, language))
            for question in theme.questions
        ),
    )


def _line(results: Results, period: str, unit: str, key: str, text: str) -> QuestionLine:
    figure = results.figure(period, unit, "question", key)
    assert figure is not None
    shares = (results.figure(period, unit, "distribution", f"{key}:{name}") for name in CLASSES)
    return QuestionLine(text, figure, tuple(share for share in shares if share is not None))


def _notes(figures: Iterable[Figure]) -> tuple[str, ...]:
    present = frozenset[str]().union(*(figure.notes for figure in figures))
    return tuple(name for name in NOTES if name in present)
