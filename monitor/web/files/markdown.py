"""The subset of Markdown that our own texts use, as HTML: headings, paragraphs, lists, bold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_HEADING = re.compile(r"(#{1,3}) (.+)")
_ITEM = re.compile(r"(?:-|\d+\.) (.+)")


def html(text: str) -> Markup:
    """The text as HTML; anything else in it is shown as it stands.

    Examples
    --------
    >>> html("# Doel\\n\\nEen **korte** zin.")
    Markup('<h1>Doel</h1>\\n<p>Een <b>korte</b> zin.</p>')
    """
    blocks = re.split(r"\n\s*\n", text.strip())
    return Markup("\n").join(piece for block in blocks for piece in _block(block.splitlines()))


def _block(lines: list[str]) -> Iterator[Markup]:
    plain: list[str] = []
    items: list[str] = []
    numbered = False
    for line in (each.strip() for each in lines):
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if heading:
            yield Markup("<h{0}>{1}</h{0}>").format(len(heading[1]), _inline(heading[2]))
        elif item:
            numbered = not line.startswith("-")
            items.append(item[1])
        elif items:
            items[-1] += " " + line
        else:
            plain.append(line)
    if plain:
        yield Markup("<p>{}</p>").format(_inline(" ".join(plain)))
    if items:
        inside = Markup("").join(Markup("<li>{}</li>").format(_inline(item)) for item in items)
        yield Markup("<{0}>{1}</{0}>").format("ol" if numbered else "ul", inside)


def _inline(text: str) -> Markup:
    return Markup(_BOLD.sub(r"<b>\1</b>", str(escape(text))))  # noqa: S704 - escaped just before
