"""The papers as HTML: headings, paragraphs, lists, bold."""

from __future__ import annotations

from markupsafe import Markup, escape

from monitor.reports.paper_text import BOLD, HeadingText, ParagraphText, Piece, pieces


def html(text: str) -> Markup:
    """The text as HTML; anything else in it is shown as it stands.

    Examples
    --------
    >>> html("# Doel\\n\\nEen **korte** zin.")
    Markup('<h1>Doel</h1>\\n<p>Een <b>korte</b> zin.</p>')
    """
    return Markup("\n").join(_piece(piece) for piece in pieces(text))


def _piece(piece: Piece) -> Markup:
    if isinstance(piece, HeadingText):
        return Markup("<h{0}>{1}</h{0}>").format(piece.level, _inline(piece.text))
    if isinstance(piece, ParagraphText):
        return Markup("<p>{}</p>").format(_inline(piece.text))
    items = Markup("").join(Markup("<li>{}</li>").format(_inline(item)) for item in piece.items)
    return Markup("<{0}>{1}</{0}>").format("ol" if piece.numbered else "ul", items)


def _inline(text: str) -> Markup:
    return Markup(BOLD.sub(r"<b>\1</b>", str(escape(text))))  # noqa: S704 - escaped just before
