"""The report to the management team: one page first, words before numbers."""

from __future__ import annotations

from monitor.reports import blocks, findings, sections, theme_cards, wording
from monitor.reports.blocks import Block, Document
from monitor.reports.scope import Scope

DECISIONS = 3


def document(scope: Scope) -> Document:
    """The report, from released figures only."""
    t = scope.t
    span = wording.months(scope.calendar, t)
    return Document(
        title=t("report.mt.document", name=scope.name, span=span),
        language=t.language,
        kind=t("report.mt.kind"),
        subject=subject(scope),
        span=span,
        footer=t("report.footer"),
        page=t("report.page", page="{page}", pages="{pages}"),
        author=scope.organisation or scope.name,
        blocks=(*first_page(scope), *conclusions(scope), *sections.method(scope)),
    )


def subject(scope: Scope) -> str:
    """Whom it is about: the unit, and the organisation where that is not the same."""
    if not scope.organisation or scope.organisation == scope.name:
        return scope.name
    return f"{scope.name}, {scope.organisation}"


def first_page(scope: Scope, reader: str = "mt") -> tuple[Block, ...]:
    """Is anything the matter, where, who took part, what teams ask."""
    return (
        blocks.Heading(findings.headline(scope), 1),
        sections.participation(scope),
        *theme_cards.cards(scope),
        *theme_cards.theme_tables(scope),
        *findings.signals(scope),
        *sections.requests(scope, reader),
        *sections.done(scope),
    )


def conclusions(scope: Scope) -> tuple[Block, ...]:
    """What cannot be concluded, and room for what was decided."""
    t = scope.t
    return (
        *sections.not_to_conclude(scope),
        blocks.Heading(t("report.decision.title")),
        blocks.Blanks(tuple(t("report.decision", number=n) for n in range(1, DECISIONS + 1))),
    )
