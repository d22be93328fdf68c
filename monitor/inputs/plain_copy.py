"""A copy of a text with plain blanks, dashes and digits, and where each sign of it stood."""

from __future__ import annotations

import unicodedata

from monitor.inputs import signs


def plain_copy(text: str) -> tuple[str, tuple[int, ...]]:
    """The copy, and for each sign in it its place in `text`.

    Each run of blanks is one space, each dash a hyphen, a letter with a loose accent one letter;
    signs of no width are left out, and wide or raised forms are the plain ones.

    Examples
    --------
    >>> plain_copy("111\\u00a0 222")
    ('111 222', (0, 1, 2, 3, 5, 6, 7))
    """
    copy: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        plain = _plain(sign)
        if not plain or (plain == " " and copy[-1:] == [" "]):
            continue
        if copy and unicodedata.combining(sign):
            joined = unicodedata.normalize("NFC", copy[-1] + sign)
            if len(joined) == 1:
                copy[-1] = joined
                continue
        copy.append(plain)
        places.append(place)
    return "".join(copy), tuple(places)


def _plain(sign: str) -> str:
    if signs.is_zero_width(sign):
        return ""
    if signs.is_blank(sign):
        return " "
    if signs.is_dash(sign):
        return "-"
    compatible = unicodedata.normalize("NFKC", sign)
    return compatible if len(compatible) == 1 else sign
