"""The poster for a wall: where to vent, who listens, and where the pulse is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.locale import Texts
from monitor.reports import blocks, qr, wording
from monitor.reports.blocks import Block, Document

SIZE = 15
"""Points: read from a metre away."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster says: the address, who listens, and the access word (empty: there is none)."""

    organisation: str
    base_url: str
    listeners: tuple[str, ...]
    access_word: str


def document(poster: Poster, t: Texts) -> Document:
    """The poster as one A4."""
    return Document(
        title=t("poster.document"),
        language=t.language,
        kind=t("poster.kind"),
        subject=poster.organisation,
        span="",
        footer=t("report.short_footer"),
        page="",
        author=poster.organisation or t("poster.kind"),
        blocks=tuple(_blocks(poster, t)),
        size=SIZE,
    )


def _blocks(poster: Poster, t: Texts) -> Iterator[Block]:
    address = poster.base_url.partition("://")[2]
    yield blocks.Heading(t("poster.title"), 1)
    if poster.listeners:
        yield blocks.Paragraph(t("poster.listeners", names=wording.listed(poster.listeners, t)))
    else:
        yield blocks.Paragraph(t("poster.closed"))
    klaagmuur = f"{poster.base_url}/klaagmuur"
    yield blocks.Picture(qr.svg(klaagmuur), t("poster.qr", address=f"{address}/klaagmuur"), 84)
    yield blocks.Big(f"{address}/klaagmuur", 26, accent=True)
    if poster.access_word:
        yield blocks.Big(t("poster.word", word=poster.access_word), 20)
    yield blocks.Space(3)
    yield blocks.Bullets(
        tuple(t(f"poster.promise.{name}") for name in ("key", "name", "duty", "help"))
    )
    yield blocks.Heading(t("poster.pulse.title"))
    yield blocks.Paragraph(t("poster.pulse", address=f"{address}/pulse"))
