"""The design of every page and chart, as values: colour, type, space, radius.

The plain pages' stylesheet, the dashboard's theme and the charts all use them, so that both kinds
of pages look alike. Tests hold every pair of colours that meets on a page to WCAG AA, and colours
that must be told apart to a distance that survives the three kinds of colour blindness.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#RRGGBB``; each has a meaning, none is decoration."""

    paper: str
    """Behind everything."""
    surface: str
    """Behind a card or a field."""
    ink: str
    """Text."""
    quiet: str
    """Text that matters less; still AA on `paper` and `surface`."""
    line: str
    """Hairlines that divide and carry no meaning."""
    edge: str
    """The border of a control: at least 3:1 against what is around it."""
    accent: str
    """Links, buttons, the chosen answer, the focus ring; the line of every trend."""
    accent_soft: str
    """Behind a chosen answer and behind good news."""
    on_accent: str
    """Text on `accent`."""
    warn: str
    """Text of something that needs attention."""
    warn_soft: str
    """Behind something that needs attention."""
    low: str
    """A low score. Absolute: the same score has the same colour in every unit and month."""
    middle: str
    """A score in between."""
    high: str
    """A high score."""
    sunk: str
    """Behind the menu and the head of a table: a step darker than `paper`."""
    deep: str
    """Behind the one block of a page that says what to do next."""
    on_deep: str
    """Text on `deep`."""
    high_soft: str
    """Behind a word that says higher; behind one that says lower lies `warn_soft`."""
    low_span: str
    """From the month in which a fall began to the one in which it was noticed."""
    high_span: str
    """The same for a rise."""


LIGHT = Palette(
    paper="#FAF7F2",
    surface="#FFFFFF",
    ink="#1F2A30",
    quiet="#54616A",
    line="#D9D3C8",
    edge="#767F85",
    accent="#1D5C63",
    accent_soft="#E3EEED",
    on_accent="#FFFFFF",
    warn="#8A3F0C",
    warn_soft="#FBEBDD",
    low="#A8480F",
    middle="#6B6F73",
    high="#1B6390",
    sunk="#F3EEE5",
    deep="#164A50",
    on_deep="#FFFFFF",
    high_soft="#E2EEF6",
    low_span="#F8E3D1",
    high_span="#D3E5F1",
)

DARK = Palette(
    paper="#171C1F",
    surface="#20272B",
    ink="#ECE8E1",
    quiet="#ABB4B8",
    line="#3A4449",
    edge="#8A959B",
    accent="#8CCBC8",
    accent_soft="#22393B",
    on_accent="#10201F",
    warn="#F2B58A",
    warn_soft="#3A2A1E",
    low="#F0A06A",
    middle="#B3B9BD",
    high="#86BDE6",
    sunk="#1B2125",
    deep="#1D4A4F",
    on_deep="#FFFFFF",
    high_soft="#1F3340",
    low_span="#47301F",
    high_span="#22394A",
)


@dataclass(frozen=True, slots=True)
class Type:
    """Fonts. Plain pages use those of the device: nothing to fetch, and what the reader is used to.

    The dashboard uses Source Sans, an open font made for reading on screens, which the framework
    serves from our own origin (SIL Open Font License).
    """

    family: str = (
        'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif'
    )
    family_dashboard: str = (
        '"Source Sans",system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",'
        "Arial,sans-serif"
    )
    family_code: str = 'ui-monospace,"Cascadia Mono",Menlo,"Liberation Mono",monospace'
    base_px: int = 17
    line: float = 1.5
    """Line height of running text, as a multiple of the size."""


@dataclass(frozen=True, slots=True)
class Space:
    """Distances in rem, each about one and a half times the one before."""

    xs: float = 0.25
    s: float = 0.5
    m: float = 1.0
    l: float = 1.5  # noqa: E741 - sizes are called s, m and l
    xl: float = 2.5
    target_px: int = 44
    """The least height of anything that is tapped."""
    radius_px: int = 10
    page_rem: float = 42.0
    """The greatest width of a column of text."""


@dataclass(frozen=True, slots=True)
class Design:
    """All values of the design."""

    light: Palette = LIGHT
    dark: Palette = DARK
    type: Type = field(default_factory=Type)
    space: Space = field(default_factory=Space)

    def css_schemes(self) -> str:
        """Both palettes as style rules: the dark one where the device asks for it."""
        return (
            f":root{{{self.css_variables()}}}"
            f"@media screen and (prefers-color-scheme:dark){{:root{{{self.css_variables(True)}}}}}"
        )

    def css_variables(self, dark: bool = False) -> str:
        """The palette as CSS declarations, ``--paper:#FAF7F2;...``, without a selector."""
        colours = asdict(self.dark if dark else self.light)
        return "".join(f"--{name.replace('_', '-')}:{value};" for name, value in colours.items())


BY_NAME = Palette(**{name: f"var(--{name.replace('_', '-')})" for name in asdict(LIGHT)})
"""Each colour as a reference to the page's own: what is drawn with it follows light and dark."""

DESIGN = Design()
"""The design of this program, with its own colours."""

_current: list[Design] = [DESIGN]


def current() -> Design:
    """The design in use: our own, with the colours the organisation chose."""
    return _current[0]


def use(design: Design) -> None:
    """Put another design in use (done once, with the application context)."""
    _current[0] = design
