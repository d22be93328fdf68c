"""A paper to adapt as a document to print."""

from __future__ import annotations

import re

from monitor.locale import Texts
from monitor.reports import blocks
from monitor.reports.blocks import Block, Document
from monitor.reports.paper_text import BOLD, HeadingText, ParagraphText, Piece, pieces

_LEAD = re.compile(r"(\*\*.+?\*\*[:.]?) ?(.*)", re.DOTALL)


def document(text: str, organisation: str, day: str, t: Texts) -> Document:
    """The text as a document; its title is the first heading."""
    parts = tuple(_block(piece) for piece in pieces(text))
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


def _block(piece: Piece) -> Block:
    if isinstance(piece, HeadingText):
        return blocks.Heading(piece.text, piece.level)
    if isinstance(piece, ParagraphText):
        return _paragraph(piece.text)
    if piece.numbered:
        return blocks.Numbered(tuple(map(_plain, piece.items)))
    parts = [_LEAD.fullmatch(item) for item in piece.items]
    leads = tuple(_plain(part[1]) if part else "" for part in parts)
    items = (part[2] if part else item for part, item in zip(parts, piece.items, strict=True))
    return blocks.Bullets(tuple(map(_plain, items)), leads if any(leads) else ())


def _paragraph(text: str) -> blocks.Paragraph:
    """Running text; bold words it begins with stay bold."""
    lead = _LEAD.fullmatch(text)
    if lead:
        return blocks.Paragraph(_plain(lead[2]), lead=_plain(lead[1]))
    return blocks.Paragraph(_plain(text))


def _plain(text: str) -> str:
    return BOLD.sub(r"\1", text)
