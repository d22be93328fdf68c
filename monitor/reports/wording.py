"""Figures in words, as reports say them."""

from __future__ import annotations

from collections.abc import Sequence

from babel.lists import format_list
from babel.numbers import format_decimal

from monitor.climate.figures import Figure, shown
from monitor.climate.verdicts import TrendVerdict
from monitor.locale import Texts, formats

EN_DASH = "\N{EN DASH}"
FIVES = 5


def month(period: str, t: Texts) -> str:
    """The period as "november 2026"."""
    return formats.month(period, t.language)


def months(calendar: Sequence[str], t: Texts) -> str:
    """A span: one month, or "augustus 2026 tot en met oktober 2026"."""
    if len(calendar) == 1:
        return month(calendar[0], t)
    return t("report.span", first=month(calendar[0], t), last=month(calendar[-1], t))


def score(figure: Figure | None) -> str:
    """The score, ``–`` where it is withheld."""
    if figure is None or figure.value is None:
        return EN_DASH
    return formats.score(shown(figure))


def interval(figure: Figure, t: Texts) -> str:
    """ "marge 41–53"."""
    return t("report.margin", low=figure.low, high=figure.high)


def tone(change: TrendVerdict) -> str:
    """How the word of change is coloured; empty where no change is reported."""
    if not change.direction:
        return ""
    return f"new-{change.direction}" if change.is_new else change.direction


def listed(names: Sequence[str], t: Texts) -> str:
    """Names as "Respect, Ruimte in het werk en Steun"."""
    return str(format_list(list(names), locale=t.language))


def decimal(value: float, t: Texts) -> str:
    """A number with one decimal at most: "0,5"."""
    return str(format_decimal(round(value, 1), locale=t.language))


def response(answered: Figure | None, places: Figure | None, t: Texts) -> str:
    """ "70 tot en met 79 procent van de 437 mensen die een uitnodiging kregen"."""
    if answered is None or answered.value is None:
        return t("report.response.none")
    low, high = formats.ends(answered.n_band)
    if formats.is_share(answered.n_band):
        band = t("figure.band_percent", low=low, high=high)
    else:
        band = t("figure.band", low=low, high=high) if high else t("figure.band_open", low=low)
    if places is None or not places.value:
        return t("report.response", band=band)
    return t("report.response_of", band=band, places=places.value)


def band_of_teams(count: int) -> str:
    """A number of teams as a band of five: ``0``, ``<5``, ``<10`` …"""
    return f"<{(count // FIVES + 1) * FIVES}" if count else "0"


def at_most(count: int, total: int, t: Texts) -> str:
    """How many of `total`, as a band of five: a report is no place to count small teams in."""
    if count == 0:
        return t("report.count.none")
    above = (count // FIVES + 1) * FIVES
    if above > total:
        return t("report.count.some", total=total)
    return t("report.count.fewer", above=above, total=total)
