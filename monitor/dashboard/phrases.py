"""Figures and months in words: pure functions from a figure to what a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from babel.dates import get_month_names
from babel.lists import format_list

from monitor.climate.results import Figure, shown
from monitor.climate.verdicts import TrendVerdict
from monitor.klaagmuur.theme_periods import HALF
from monitor.locale import Texts, formats

NOTES = ("withheld", "team_only", "caution", "left_out", "break")
"""The notes a figure may carry, in the order in which a page lists them."""
NOTHING = "\N{EN DASH}"
"""Stands where a figure is withheld."""
_NO_BREAK = "\N{NO-BREAK SPACE}"
_RANGE = "\N{EN DASH}"
_INDENT = "\N{EM SPACE}"
_NOT_LEADING = "\N{ZERO WIDTH SPACE}"
"""Put before an indent: spaces that come first would be trimmed."""
_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]()#+-.!|<>~$:^"})


def month(period: str, t: Texts) -> str:
    """The period as "november 2026"."""
    return formats.month(period, t.language)


def short_month(period: str, t: Texts) -> str:
    """The period as "nov 2026", kept on one line of a table."""
    return formats.short_month(period, t.language).replace(" ", _NO_BREAK)


def month_abbreviations(t: Texts) -> tuple[str, ...]:
    """Twelve short names of months, for an axis."""
    names = get_month_names("abbreviated", locale=t.language)
    return tuple(str(names[n]).rstrip(".") for n in range(1, 13))


def day(value: date, t: Texts, *, short: bool = False) -> str:
    """The day as "3 november 2026", or "3 nov 2026" where there is little room."""
    return formats.day(value, t.language, short=short)


def score(figure: Figure) -> str:
    """The score as it may be shown: a whole number, or "≤ 10" and "≥ 90" at the ends."""
    return formats.score(shown(figure))


def interval(figure: Figure) -> str:
    """The interval, as short as a table wants it; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low}{_RANGE}{figure.high}"


def band(text: str, t: Texts) -> str:
    """A band of people such as "10-14" as "10 tot en met 14", and "50+" as "50 of meer".

    A share such as "30-39%" is "30 tot en met 39 procent".
    """
    low, high = formats.ends(text)
    if formats.is_share(text):
        return t("figure.band_percent", low=low, high=high)
    if high:
        return t("figure.band", low=low, high=high)
    return t("figure.band_open", low=low) if low else ""


def quarter(name: str, t: Texts) -> str:
    """A quarter such as "2026Q4", or a half year such as "2027H1", in words."""
    key = "themes.half_of" if name[4] == HALF else "themes.quarter_of"
    return t(key, number=name[-1], year=name[:4])


def short_band(text: str) -> str:
    """A band of people, as short as a table wants it."""
    return text.replace("-", _RANGE)


def notes(figures: Iterable[Figure], t: Texts) -> tuple[str, ...]:
    """The sentences that belong with these figures, each once, in a fixed order."""
    carried = frozenset[str]().union(*(_notes_to_explain(figure) for figure in figures))
    return tuple(t(f"note.{name}") for name in NOTES if name in carried)


def withheld(figure: Figure, t: Texts) -> str:
    """Why a figure is not there, for its place in a table."""
    return t("note.team_only.short" if "team_only" in figure.notes else "note.withheld.short")


def _notes_to_explain(figure: Figure) -> frozenset[str]:
    """The notes to explain; a figure that is kept for a team is not said to lack answers."""
    return figure.notes - {"withheld"} if "team_only" in figure.notes else figure.notes


def short_notes(figure: Figure, t: Texts) -> str:
    """A few words per note, for a cell in a table; that a figure is withheld shows already."""
    listed_notes = [name for name in NOTES if name in figure.notes and name != "withheld"]
    return ", ".join(t(f"note.{name}.short") for name in listed_notes)


def word_since(verdict: TrendVerdict, t: Texts) -> str:
    """The one word of a theme, and since when: "blijft lager, sinds mei 2026"."""
    word = t(f"word.{verdict.word}")
    if not verdict.direction or verdict.since is None:
        return word
    return t("word.since", word=word, since=month(verdict.since, t))


def indented(name: str, depth: int) -> str:
    """A unit's name, moved in by its depth in the tree."""
    return (_NOT_LEADING + _INDENT * depth if depth else "") + name


def listed(names: Sequence[str], t: Texts) -> str:
    """Names as "Respect, Ruimte in het werk en Steun"; empty when there is none."""
    return str(format_list(list(names), locale=t.language))


def escaped(text: str) -> str:
    """Text from a file or a person, safe to put where Streamlit reads Markdown."""
    return text.translate(_MARKDOWN).replace("\n", " ")
