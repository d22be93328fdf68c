"""An organisation's own branding: name, logo and colours, from one file, checked at the start.

Colours that carry a meaning (low, middle and high scores) cannot be changed: they are the same in
every organisation, and were chosen for colour-blind eyes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from monitor.config.contrast import faults
from monitor.config.design import DESIGN, Design, Palette
from monitor.errors import InputRefused, SettingsRefused
from monitor.inputs.toml_files import load_toml

WITH_MEANING = ("low", "middle", "high", "high_soft", "low_span", "high_span")
COLOURS = tuple(colour.name for colour in fields(Palette) if colour.name not in WITH_MEANING)
"""The colours of a palette that may be replaced."""
LARGEST_LOGO = 4096
"""Bytes: the logo is part of every plain page, and those stay under 15 kB."""
MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
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
        The file of the logo.
    design
        Every value of the design, with the organisation's colours filled in.
    """

    name: str = ""
    logo: str = ""
    logo_file: Path | None = None
    design: Design = DESIGN


def read(file: Path) -> Branding:
    """The branding in `file`, or our own when there is no such file.

    Raises
    ------
    SettingsRefused
        Naming what is wrong: an unknown name, no colour, too little contrast, an unusable logo.
    """
    if not file.is_file():
        return Branding()
    document = _document(file)
    name = _text(document, "name", file.name)
    logo_name = _text(document, "logo", file.name)
    logo = file.parent / logo_name if logo_name else None
    return Branding(
        name=name,
        logo=_data_url(logo) if logo else "",
        logo_file=logo,
        design=replace(
            DESIGN,
            light=_palette(DESIGN.light, document.get("light", {}), f"{file.name} [light]"),
            dark=_palette(DESIGN.dark, document.get("dark", {}), f"{file.name} [dark]"),
        ),
    )


def _document(file: Path) -> Mapping[str, object]:
    try:
        document = load_toml(file)
    except InputRefused as refusal:
        raise SettingsRefused(refusal.key, **refusal.words) from None
    _check_keys(document, {"name", "logo", "light", "dark"}, file.name)
    return document


def _palette(default: Palette, table: object, name: str) -> Palette:
    """The palette with the colours that the `table` named `name` replaces."""
    if not isinstance(table, Mapping):
        raise SettingsRefused("look.colour", name=name, colour=str(table))
    _check_keys(table, set(COLOURS), name)
    for colour in table.values():
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise SettingsRefused("look.colour", name=name, colour=str(colour))
    palette = replace(default, **table)
    for fault in faults(palette):
        raise SettingsRefused(
            "look.contrast",
            name=name,
            one=fault.colour,
            other=fault.behind,
            found=f"{fault.contrast:.1f}",
            least=f"{fault.least:.1f}",
        )
    return palette


def _data_url(file: Path) -> str:
    media_type = MEDIA_TYPES.get(file.suffix.lower())
    if media_type is None or not file.is_file() or file.stat().st_size > LARGEST_LOGO:
        raise SettingsRefused("look.logo", name=file.name, largest=LARGEST_LOGO)
    return f"data:{media_type};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"


def _check_keys(table: Mapping[str, object], allowed: set[str], name: str) -> None:
    unknown = sorted(table.keys() - allowed)
    if unknown:
        raise SettingsRefused(
            "look.key", name=name, setting=unknown[0], known=", ".join(sorted(allowed))
        )


def _text(table: Mapping[str, object], key: str, name: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise SettingsRefused("look.text", name=name, setting=key)
    return value.strip()
