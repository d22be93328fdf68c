"""The process that sets one document: JSON on standard input, a PDF on standard output."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Literal

import typst

from monitor.reports import printable
from monitor.reports.typesetting import FONTS, TEMPLATES

STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
ATTEMPTS = 20
_UNPRINTABLE = re.compile(r'the text `?"(.+?)"`? could not be displayed', re.DOTALL)


def compiled(template: str, data: dict[str, Any]) -> bytes:
    """The PDF; `data` goes in as text and is never read as markup.

    Letters that are each in some font may still have none for them together: such a cluster is
    replaced as a letter without a font is.
    """
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    clean = json.dumps(printable.cleaned(data) | {"fonts": printable.FAMILIES}, ensure_ascii=False)
    for _ in range(ATTEMPTS):
        try:
            return _compiled(template, clean, fonts)
        except typst.TypstError as error:
            cluster = _UNPRINTABLE.search(str(error))
            if cluster is None or cluster[1] not in clean:
                raise
            clean = clean.replace(cluster[1], printable.REPLACEMENT)
    raise RuntimeError("too many clusters without a font")


def _compiled(template: str, data: str, fonts: typst.Fonts) -> bytes:
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=fonts,
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=[*STANDARDS],
        package_path=str(TEMPLATES),
        package_cache_path=str(TEMPLATES),
    )


if __name__ == "__main__":
    order = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(compiled(order["template"], order["data"]))
