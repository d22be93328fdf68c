"""Pieces of plain HTML that the pages with figures share, as strings; every text is escaped."""

from __future__ import annotations

from html import escape

from monitor.climate.verdicts import TrendVerdict
from monitor.locale import Texts


def element(tag: str, content: str, name: str = "", **attributes: str) -> str:
    """An element of the class `name` around content that is HTML already."""
    named = {"class": name, **attributes}
    written = "".join(f' {key}="{escape(value)}"' for key, value in named.items() if value)
    return f"<{tag}{written}>{content}</{tag}>"


def text(tag: str, words: str, name: str = "") -> str:
    """An element with words in it; nothing without words."""
    return element(tag, escape(words), name) if words else ""


def picture(address: str, alt: str, name: str = "spark") -> str:
    """An image that lies in the page itself; who points at it reads what others hear."""
    return f'<img class="{name}" src="{address}" alt="{escape(alt)}" title="{escape(alt)}">'


def pill(change: TrendVerdict, t: Texts) -> str:
    """The one word of a theme."""
    return word_pill(change.word, t)


def word_pill(word: str, t: Texts) -> str:
    """One of the seven words; its form and sign say the same as its colour."""
    return text("span", t(f"word.{word}"), f"pill {word.replace('_', '-')}")
