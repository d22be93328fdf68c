"""The agenda of a planned conversation on paper, for whoever leads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.followup.agenda import AgendaItem
from monitor.followup.content_file import Text
from monitor.followup.methods import Method, MethodBook
from monitor.followup.records import Conversation
from monitor.locale import Texts, formats
from monitor.pulse.questionnaire import in_language
from monitor.reports import blocks, wording
from monitor.reports.blocks import Block, Document


@dataclass(frozen=True, slots=True)
class AgendaSheet:
    """What is on it: the conversation, the name of its unit, its form and the steps."""

    conversation: Conversation
    unit: str
    book: MethodBook
    method: Method
    items: tuple[AgendaItem, ...]
    open_titles: tuple[str, ...]


def document(sheet: AgendaSheet, t: Texts) -> Document:
    """The agenda, what the leader of the conversation keeps in mind, and what not to do."""
    title = in_language(sheet.method.title, t.language)
    return Document(
        title=title,
        language=t.language,
        kind=t("agenda.title"),
        subject=sheet.unit,
        span=formats.moment(sheet.conversation.starts_at, t.language),
        footer=t("report.short_footer"),
        page=t("report.page", page="{page}", pages="{pages}"),
        author=sheet.unit,
        blocks=tuple(_blocks(sheet, title, t)),
    )


def _blocks(sheet: AgendaSheet, title: str, t: Texts) -> Iterator[Block]:
    yield blocks.Heading(title, 1)
    yield blocks.Paragraph(t("talk.minutes", minutes=sheet.conversation.minutes), style="quiet")
    headers = tuple(t(f"report.column.{name}") for name in ("minute", "step", "what"))
    rows = tuple(_row(sheet, item, t) for item in sheet.items)
    yield blocks.Table(headers, rows, (1.0, 2.4, 6.0))
    yield from _list(t("agenda.guidance"), sheet.method.guidance, t)
    yield from _list(t("agenda.prompts"), sheet.method.prompts, t)
    yield blocks.Heading(t("talk.rules"))
    yield blocks.Numbered(tuple(in_language(line, t.language) for line in sheet.book.rules))
    yield blocks.Paragraph(in_language(sheet.book.apart, t.language))


def _row(sheet: AgendaSheet, item: AgendaItem, t: Texts) -> tuple[str | blocks.Cell, ...]:
    minutes = f"{item.start}{wording.EN_DASH}{item.end}"
    if item.title is None or item.text is None:
        return minutes, blocks.Cell(t("talk.open_first"), bold=True), "; ".join(sheet.open_titles)
    step = blocks.Cell(in_language(item.title, t.language), bold=True)
    return minutes, step, in_language(item.text, t.language)


def _list(heading: str, lines: Sequence[Text], t: Texts) -> Iterator[Block]:
    if lines:
        yield blocks.Heading(heading)
        yield blocks.Bullets(tuple(in_language(line, t.language) for line in lines))
