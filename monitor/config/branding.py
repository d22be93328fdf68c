"""An organisation's own look: name, logo and colours, from one file, checked at the start.

Colours that carry a meaning (low, middle and high scores, the lines of the themes) are not among
them: they are the same in every organisation, and were chosen for colour-blind eyes.
"""

from __future__ import annotations

import base64
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from monitor.config.contrast import faults
from monitor.config.design import DESIGN, Design, Palette
from monitor.errors import SettingsRefused

COLOURS = tuple(one.name for one in fields(Palette) if one.name not in ("low", "middle", "high"))
"""What may be replaced, per palette."""
LARGEST_LOGO = 4096
"""Bytes: the logo is written into every staff page, and those stay under 15 kB."""
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Branding:
    """How this organisation's pages look.

    Parameters
    ----------
    name
        What the organisation is called on the pages; empty when the file does not say.
    logo
        The logo as a ``data:`` address, empty when there is none.
    logo_file
        Where it lies.
    design
        Every value of the look, the organisation's colours filled in.
    """

    name: str = ""
    logo: str = ""
    logo_file: Path | None = None
    design: Design = DESIGN


def read(file: Path) -> Branding:
    """The look in `file`, or our own when there is no such file.

    Raises
    ------
    SettingsRefused
        Naming what is wrong: an unknown name, no colour, too little contrast, an unusable logo.
    """
    if not file.is_file():
        return Branding()
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsRefused("look.unreadable", name=file.name, fault=str(fault)) from None
    _only({"name", "logo", "light", "dark"}, given, file.name)
    name = _text(given, "name", file.name)
    logo_name = _text(given, "logo", file.name)
    logo = file.parent / logo_name if logo_name else None
    return Branding(
        name=name,
        logo=_inlined(logo) if logo else "",
        logo_file=logo,
        design=replace(
            DESIGN,
            light=_palette(DESIGN.light, given.get("light", {}), f"{file.name} [light]"),
            dark=_palette(DESIGN.dark, given.get("dark", {}), f"{file.name} [dark]"),
        ),
    )


def _palette(ours: Palette, given: object, name: str) -> Palette:
    if not isinstance(given, Mapping):
        raise SettingsRefused("look.colour", name=name, colour=str(given))
    _only(set(COLOURS), given, name)
    for colour in given.values():
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise SettingsRefused("look.colour", name=name, colour=str(colour))
    palette = replace(ours, **given)
    for one, other, found, least in faults(palette):
        raise SettingsRefused(
            "look.contrast",
            name=name,
            one=one,
            other=other,
            found=f"{found:.1f}",
            least=f"{least:.1f}",
        )
    return palette


def _inlined(file: Path) -> str:
    kind = KINDS.get(file.suffix.lower())
    if kind is None or not file.is_file() or file.stat().st_size > LARGEST_LOGO:
        raise SettingsRefused("look.logo", name=file.name, largest=LARGEST_LOGO)
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"


def _only(known: set[str], given: Mapping[str, object], name: str) -> None:
    unknown = sorted(given.keys() - known)
    if unknown:
        raise SettingsRefused(
            "look.key", name=name, setting=unknown[0], known=", ".join(sorted(known))
        )


def _text(given: Mapping[str, object], key: str, name: str) -> str:
    value = given.get(key, "")
    if not isinstance(value, str):
        raise SettingsRefused("look.text", name=name, setting=key)
    return value.strip()
