"""What a team agreed on and whether it was kept, for the team's own page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.climate.results import Results
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.followup import actions, compass, conversations, estimates, figures, team_log
from monitor.followup.comparisons import Comparison, comparisons, longest
from monitor.followup.compass import Agreement, Promise
from monitor.followup.content_file import Text
from monitor.followup.library import library
from monitor.followup.records import LOOK_BACKS, Action, Conversation, ConversationState, Level
from monitor.followup.team_log import LineState, LogLine
from monitor.pulse import periods
from monitor.pulse.questionnaire import Theme

SHOWN_FOR = timedelta(days=365)
"""How long what was closed or held stays on the page."""
RUNNING = "running"
"""The state of an action of which the team said nothing yet."""


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action on the page. ``number`` is that of its flag in the drawings, 0 for none."""

    number: int
    action: Action
    themes: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    visible: int | None

    @property
    def latest(self) -> tuple[Comparison, ...]:
        """Of each theme the comparison over most months."""
        return longest(self.comparisons)

    @property
    def state(self) -> str:
        """Running, or how it ended."""
        return str(self.action.outcome or RUNNING)

    @property
    def is_request(self) -> bool:
        """Whether the organisation was asked for it."""
        return self.action.level is Level.ORGANISATION

    @property
    def look_back(self) -> str | None:
        """The month after which the team looks back next; None when it did so, or closed it."""
        seen = {comparison.window for comparison in self.comparisons}
        due = [months for months in LOOK_BACKS if months not in seen]
        return periods.shifted(self.action.start, due[0]) if due and self.action.is_open else None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of the team: what form it had, when, and whether it was held."""

    title: Text
    conversation: Conversation

    @property
    def is_held(self) -> bool:
        """Whether it took place."""
        return self.conversation.state is ConversationState.HELD


@dataclass(frozen=True, slots=True)
class Agreements:
    """Everything the team page says of what is done with the results."""

    log: tuple[LogLine, ...]
    coming: tuple[Talk, ...]
    held: tuple[Talk, ...]
    actions: tuple[ActionLine, ...]
    compass: tuple[Agreement, ...]
    promise: Promise | None

    @property
    def latest(self) -> LogLine | None:
        """The newest message that is still to be read."""
        return next((line for line in self.log if line.state is LineState.SHOWN), None)

    @property
    def earlier(self) -> tuple[LogLine, ...]:
        """Every other line of the log, those that were taken away among them."""
        return tuple(line for line in self.log if line is not self.latest)

    @property
    def compared(self) -> tuple[tuple[int, Comparison], ...]:
        """Every comparison, with the number of its action."""
        return tuple((line.number, each) for line in self.actions for each in line.comparisons)

    def starts(self, theme: str) -> tuple[tuple[int, str], ...]:
        """Number and first month of every action about a theme."""
        about = [line for line in self.actions if not line.themes or theme in line.themes]
        return tuple((line.number, line.action.start) for line in about if line.number)


def agreements(
    context: AppContext, results: Results, unit: str, themes: Iterable[Theme], now: datetime
) -> Agreements:
    """What the unit agreed on, with the messages of its leidinggevende."""
    coming, held = _talks(context, unit, now)
    return Agreements(
        log=team_log.lines(context.engine, unit),
        coming=coming,
        held=held,
        actions=_lines(context, results, unit, local_day(now), [theme.key for theme in themes]),
        compass=compass.agreements(context.engine, unit),
        promise=compass.promise_of(context.engine, unit),
    )


def _lines(
    context: AppContext, results: Results, unit: str, today: date, themes: list[str]
) -> tuple[ActionLine, ...]:
    """The unit's actions, the latest start first, numbered from the earliest."""
    shown = [a for a in actions.listing(context.engine, [unit]) if _is_shown(a, today)]
    shown.sort(key=lambda action: (action.start, action.created_on, action.id))
    stored = estimates.stored(context.engine)
    numbered = [
        _line(results, number, action, comparisons(action, stored), themes)
        for number, action in enumerate(shown, 1)
    ]
    return tuple(reversed(numbered))


def _is_shown(action: Action, today: date) -> bool:
    return action.closed_on is None or today - action.closed_on <= SHOWN_FOR


def _line(
    results: Results,
    number: int,
    action: Action,
    compared: tuple[Comparison, ...],
    themes: list[str],
) -> ActionLine:
    shown = [comparison for comparison in compared if comparison.theme in themes]
    visible = max(
        (int(f.value) for f in figures.visible(results, action) if isinstance(f.value, int)),
        default=None,
    )
    return ActionLine(
        number=number,
        action=action,
        themes=tuple(theme for theme in action.themes if theme in themes),
        comparisons=tuple(sorted(shown, key=lambda c: (themes.index(c.theme), c.window))),
        visible=visible if action.is_open and not shown else None,
    )


def _talks(
    context: AppContext, unit: str, now: datetime
) -> tuple[tuple[Talk, ...], tuple[Talk, ...]]:
    """Conversations to come, the first one first, and those held in the last year."""
    titles = {m.key: m.title for m in library(context.settings.data_dir).methods.methods}
    coming, held = [], []
    for conversation in conversations.listing(context.engine, unit):
        title = titles.get(conversation.method, {"nl": conversation.method})
        talk = Talk(title, conversation)
        if conversation.state is ConversationState.PLANNED and conversation.starts_at >= now:
            coming.append(talk)
        elif talk.is_held and now - conversation.starts_at <= SHOWN_FOR:
            held.append(talk)
    return tuple(reversed(coming)), tuple(held)
