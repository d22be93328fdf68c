"""``signals``: the signals of any series in a file."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.climate.score_scale import Scale
from monitor.climate.series_file import ADDED, read_series, signals_of
from monitor.climate.thresholds import TEAM_YEARS, team_threshold
from monitor.commands.output import csv_bytes, replacing, write_rows
from monitor.config import settings
from monitor.errors import InputRefused
from monitor.inputs.text_files import read_bytes
from monitor.locale import texts

HIGHEST_THRESHOLD = 20.0
LEAST_YEARS, MOST_YEARS = 0.5, 1000.0


@click.command()
@click.option("--input", "file", type=click.Path(path_type=Path), required=True, metavar="FILE.csv")
@click.option("--out", "out", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--scale", metavar="LOW-HIGH", help="The scale of the scores, such as 1-10 or 1-5.")
@click.option("--threshold", type=float, metavar="H")
@click.option("--years-per-false-alarm", "years", type=float, metavar="Y")
def signals(
    file: Path,
    out: Path | None,
    scale: str | None,
    threshold: float | None,
    years: float | None,
) -> None:
    """Follow the series in FILE.csv: columns unit, period, theme, n, score and, if known, sd.

    A score is a number from 0 to 100 or a percentage such as 72%. Marks from 1 to 10, or averages
    of answers from 1 to 5, are read with --scale 1-10 or --scale 1-5; 0.72 is --scale 0-1.

    A signal is given where the sum passes H standard deviations (with k = 0.5), or where one
    series in one direction gives a false signal once in Y years. By default Y is 5 times the
    number of themes: once in 5 years for a unit, over all its themes.
    """
    table = read_series(read_bytes(file), file.name, Scale.parse(scale) if scale else None)
    t = texts(settings.read().language)
    for note in table.notes:
        click.echo(t(note.key, **note.words), err=True)
    rows = signals_of(table, _threshold(threshold, years, table.themes))
    columns = (*table.columns, *ADDED)
    if out is None:
        click.echo(csv_bytes(columns, rows).decode(), nl=False)
        return
    with replacing(out) as draft, draft.open("w", encoding="utf-8", newline="") as handle:
        write_rows(handle, columns, rows)
    click.echo(t("series.done", file=str(out)))


def _threshold(threshold: float | None, years: float | None, themes: int) -> float:
    if threshold is not None and years is not None:
        raise InputRefused("series.one_of_two")
    if threshold is not None:
        if not 0 < threshold <= HIGHEST_THRESHOLD:
            raise InputRefused("series.threshold", most=f"{HIGHEST_THRESHOLD:g}")
        return threshold
    if years is not None and not LEAST_YEARS <= years <= MOST_YEARS:
        raise InputRefused("series.years", least=f"{LEAST_YEARS:g}", most=f"{MOST_YEARS:g}")
    return team_threshold(TEAM_YEARS, themes) if years is None else team_threshold(years, 1)
