"""The sheet for the wall of a team: one A4, what was agreed first, and the figures of its page."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.climate.figures import PLACES
from monitor.followup.records import Action
from monitor.followup.team_log import LogLine
from monitor.locale import formats
from monitor.reports import blocks, theme_cards, wording
from monitor.reports.blocks import Block, Document
from monitor.reports.scope import Scope

MOST_ACTIONS, MOST_LINES = 4, 2
"""What fits on one page beside the figures."""


def document(scope: Scope, lines: tuple[LogLine, ...]) -> Document:
    """The sheet, from released figures and what the team and its leidinggevende wrote."""
    t = scope.t
    month = wording.month(scope.until, t)
    places = scope.results.figure(scope.until, scope.unit, "invited", PLACES)
    return Document(
        title=t("report.team.document", name=scope.name, month=month),
        language=t.language,
        kind=t("report.team.kind"),
        subject=scope.name,
        span=month,
        footer=t("report.short_footer"),
        page=t("report.page", page="{page}", pages="{pages}"),
        author=scope.organisation or scope.name,
        blocks=(
            blocks.Heading(t("report.team.title", name=scope.name, month=month), 1),
            *_agreed(scope),
            *_written(scope, lines),
            blocks.Heading(t("report.team.figures")),
            blocks.Paragraph(wording.response(scope.response(scope.unit), places, t) + "."),
            *theme_cards.cards(scope),
            blocks.Notice(t("report.team.meaning")),
        ),
    )


def _agreed(scope: Scope) -> Iterator[Block]:
    t = scope.t
    yield blocks.Heading(t("report.team.agreed"))
    own = [action for action in scope.agreed if action.unit == scope.unit][:MOST_ACTIONS]
    if not own:
        yield blocks.Paragraph(t("report.team.nothing"))
        return
    headers = tuple(t(f"report.column.{name}") for name in ("agreement", "start", "state"))
    rows = tuple(
        (action.title, wording.month(action.start, t), _state(scope, action)) for action in own
    )
    yield blocks.Table(headers, rows, (4.0, 1.6, 2.0))


def _state(scope: Scope, action: Action) -> str:
    t = scope.t
    if action.outcome is not None:
        state = t(f"report.outcome.{action.outcome.value}")
        return f"{state}: {action.why}" if action.why else state
    if action.answer is not None:
        return action.answer.text
    return t("report.outcome.open")


def _written(scope: Scope, lines: tuple[LogLine, ...]) -> Iterator[Block]:
    for line in lines[:MOST_LINES]:
        if line.text:
            day = formats.day(line.written_on, scope.t.language)
            yield blocks.Notice(line.text, lead=scope.t("report.team.line", day=day))
