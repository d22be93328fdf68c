"""Reading a chart as the specification the browser gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from monitor.climate.results import Figure
from monitor.dashboard import charts
from monitor.dashboard.charts.sparkline import Span
from monitor.locale import texts

T = texts("nl")
FLAGS = (charts.Flag(1, "2026-02", "Een half uur nabespreken"),)
SPANS = (Span("2026-03", "2026-04", "down"),)


def figure(period: str, value: int | None, *notes: str, unit: str = "noord") -> Figure:
    """A theme's score of a team, or one that is withheld."""
    if value is None:
        return Figure(period, unit, "theme", "respect", None, notes=frozenset({"withheld", *notes}))
    return Figure(
        period, unit, "theme", "respect", value, value - 7, value + 7, "5-9", frozenset(notes)
    )


def months(*values: int | None, first: int = 1) -> tuple[Figure, ...]:
    """A series in 2026, one value a month."""
    return tuple(figure(f"2026-{first + n:02d}", value) for n, value in enumerate(values))


def panel_of(
    series: Sequence[Figure],
    control_limits: Sequence[Figure] = (),
    spans: Sequence[Span] = (),
    flags: Sequence[charts.Flag] = (),
    organisation: Sequence[Figure] = (),
) -> charts.Panel:
    """The panel of a series, on the axis of its own months."""
    return charts.Panel(
        "Respect",
        tuple(figure.period for figure in series),
        tuple(series),
        tuple(control_limits),
        tuple(spans),
        tuple(flags),
        tuple(organisation),
    )


def spec(chart: Any) -> dict[str, Any]:
    """The specification, as the browser gets it, checked against the schema."""
    specification: dict[str, Any] = chart.to_dict(validate=True)
    return specification


def mark(layer: dict[str, Any]) -> str:
    """The kind of mark of a layer."""
    return str(layer["mark"]["type"])


def rows(layer: dict[str, Any], specification: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows behind a layer, wherever the specification keeps them."""
    data = layer["data"]
    return list(data["values"] if "values" in data else specification["datasets"][data["name"]])


def layers(specification: dict[str, Any], kind: str) -> list[list[dict[str, Any]]]:
    """The rows of each layer with marks of this kind."""
    return [rows(layer, specification) for layer in specification["layer"] if mark(layer) == kind]


def every_value(node: Any) -> Iterator[Any]:
    """Everything in a specification that is not a container."""
    if isinstance(node, dict):
        for value in node.values():
            yield from every_value(value)
    elif isinstance(node, list):
        for value in node:
            yield from every_value(value)
    else:
        yield node


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def all_charts() -> Sequence[Any]:
    """One of each."""
    return (
        charts.panel(panel_of(months(60, None, 62, 64)), T),
        charts.lane(FLAGS, ("2026-01", "2026-02", "2026-03"), T),
    )


def special_charts() -> Sequence[Any]:
    """Charts with everything in them that is not always there."""
    series = (*months(60, None, 62), figure("2026-04", 40, "break", "caution"))
    limits = [Figure("2026-03", "noord", "chance", "respect", 20, 50, 70)]
    return (
        charts.panel(panel_of(series, limits, SPANS, FLAGS, months(61, 62, 63)), T),
        charts.lane(FLAGS, ("2026-02",), T),
    )
