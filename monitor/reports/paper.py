"""A text of ours, in the subset of Markdown that they use, as a document to print."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.locale import Texts
from monitor.reports import blocks
from monitor.reports.blocks import Block, Document

_HEADING = re.compile(r"(#{1,3}) (.+)")
_ITEM = re.compile(r"- (.+)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LEAD = re.compile(r"\*\*(.+?)\*\* ?(.*)", re.DOTALL)


def document(text: str, organisation: str, day: str, t: Texts) -> Document:
    """The text as a document; its title is the first heading."""
    parts = tuple(_blocks(text))
    title = next((part.text for part in parts if isinstance(part, blocks.Heading)), organisation)
    return Document(
        title=title,
        language=t.language,
        kind=t("paper.kind"),
        subject=organisation,
        span=day,
        footer=t("report.short_footer"),
        page=t("report.page", page="{page}", pages="{pages}"),
        author=organisation or title,
        blocks=parts,
    )


def _blocks(text: str) -> Iterator[Block]:
    for piece in re.split(r"\n\s*\n", text.strip()):
        items: list[str] = []
        plain: list[str] = []
        for line in (each.strip() for each in piece.splitlines()):
            heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
            if heading:
                yield blocks.Heading(heading[2], len(heading[1]))
            elif item:
                items.append(item[1])
            elif items:
                items[-1] += f" {line}"
            else:
                plain.append(line)
        if plain:
            yield _paragraph(" ".join(plain))
        if items:
            yield blocks.Bullets(tuple(_BOLD.sub(r"\1", each) for each in items))


def _paragraph(text: str) -> blocks.Paragraph:
    """Running text; bold words it begins with stay bold."""
    lead = _LEAD.fullmatch(text)
    if lead:
        return blocks.Paragraph(_BOLD.sub(r"\1", lead[2]), lead=lead[1])
    return blocks.Paragraph(_BOLD.sub(r"\1", text))
