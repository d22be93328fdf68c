"""``results``: the complete release as a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from monitor.climate.figures import Figure, shown
from monitor.climate.results import results as all_results
from monitor.commands.output import say, write_table
from monitor.context import current_context
from monitor.followup import estimates, figures

COLUMNS = ("period", "unit", "kind", "key", "value", "n_band", "low", "high", "note")


@click.group()
def results() -> None:
    """The released figures of sealed rounds."""


@results.command()
@click.option("--out", "out", type=click.Path(path_type=Path), required=True, metavar="FILE")
def export(out: Path) -> None:
    """Write every released figure to FILE (.csv, .xlsx or .json): the complete release."""
    context = current_context()
    released = all_results(context.engine)
    estimates.freeze_due(context.engine, released)
    every_figure = chain(released.rows(), figures.figures(context.engine, released))
    write_table(out, COLUMNS, rows(every_figure))
    say(context, "export.done", file=str(out))


def rows(figures: Iterator[Figure]) -> Iterator[tuple[object, ...]]:
    """Figures as rows of the export; see ``COLUMNS``."""
    for figure in figures:
        yield (
            figure.period,
            figure.unit,
            figure.kind,
            figure.key,
            figure.value if figure.kind == "difference" else shown(figure),  # may be below 0
            figure.n_band,
            "" if figure.low is None else figure.low,
            "" if figure.high is None else figure.high,
            " ".join(sorted(figure.notes)),
        )
