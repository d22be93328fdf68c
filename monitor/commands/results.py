"""``results``: the complete release as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from monitor import wiring
from monitor.climate.figures import Figure, shown
from monitor.climate.results import results as all_results
from monitor.commands.output import write_rows
from monitor.errors import InputRefused
from monitor.locale import texts

COLUMNS = ("period", "unit", "kind", "key", "value", "n_band", "low", "high", "note")


@click.group()
def results() -> None:
    """What may be shown of sealed rounds."""


@results.command()
@click.option("--out", "out", type=click.Path(path_type=Path), required=True, metavar="FILE.csv")
def export(out: Path) -> None:
    """Write every released figure to FILE: the complete release."""
    house = wiring.current()
    if out.suffix.lower() != ".csv":
        raise InputRefused("export.kind", file=out.name)
    draft = out.with_name(f".{out.name}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as handle:
            write_rows(handle, COLUMNS, rows(all_results(house.engine).rows()))
        draft.replace(out)
    except OSError:
        raise InputRefused("export.unwritable", file=str(out)) from None
    click.echo(texts(house.settings.language)("export.done", file=str(out)))


def rows(figures: Iterator[Figure]) -> Iterator[tuple[object, ...]]:
    """Figures as rows of the export; see ``COLUMNS``."""
    for figure in figures:
        yield (
            figure.period,
            figure.unit,
            figure.kind,
            figure.key,
            shown(figure),
            figure.n_band,
            "" if figure.low is None else figure.low,
            "" if figure.high is None else figure.high,
            " ".join(sorted(figure.notes)),
        )
