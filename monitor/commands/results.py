"""``results``: the complete release as a file."""

from __future__ import annotations

from functools import partial
from itertools import chain
from pathlib import Path

import click

import monitor
from monitor import clock
from monitor.climate.export_rows import COLUMNS, rows
from monitor.climate.results import results as all_results
from monitor.commands import release_workbook
from monitor.commands.output import say, write_table
from monitor.commands.release_workbook import Cover
from monitor.context import current_context
from monitor.followup import estimates, figures
from monitor.locale import texts
from monitor.reports import figures as report_figures


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
    every_figure = chain(
        released.rows(),
        figures.figures(context.engine, released),
        report_figures.figures(released),
    )
    cover = Cover(context.name, monitor.__version__, clock.today())
    t = texts(context.settings.language)
    workbook = partial(release_workbook.write, cover=cover, t=t)
    write_table(out, COLUMNS, rows(every_figure), workbook)
    say(context, "export.done", file=str(out))
