"""``report``: papers to hand over, as PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from monitor import clock
from monitor.climate.results import results
from monitor.commands.output import replacing, say
from monitor.context import AppContext, current_context
from monitor.followup import estimates
from monitor.locale import Texts, texts
from monitor.reports import make
from monitor.reports.scope import MONTHS

OUT = click.Path(path_type=Path, dir_okay=False)


@click.group()
def report() -> None:
    """Papers to hand over: reports, a sheet for the wall, a poster."""


@report.command()
@click.option("--out", type=OUT, required=True, metavar="FILE.pdf")
@click.option("--unit", metavar="UNIT")
@click.option("--until", metavar="PERIOD")
@click.option("--months", type=click.IntRange(1, 24), default=MONTHS, show_default=True)
def mt(out: Path, unit: str | None, until: str | None, months: int) -> None:
    """Write the report to the management team."""

    def content(context: AppContext, t: Texts) -> bytes:
        return make.mt_report(make.scope(context, unit, until, clock.today(), t, months))

    _write(out, content)


@report.command(name="or")
@click.option("--out", type=OUT, required=True, metavar="FILE.pdf")
@click.option("--until", metavar="PERIOD")
@click.option("--months", type=click.IntRange(1, 24), default=MONTHS, show_default=True)
def works_council(out: Path, until: str | None, months: int) -> None:
    """Write the report to the works council (ondernemingsraad)."""

    def content(context: AppContext, t: Texts) -> bytes:
        scope = make.scope(context, None, until, clock.today(), t, months)
        return make.works_council_report(context, scope)

    _write(out, content)


@report.command()
@click.option("--out", type=OUT, required=True, metavar="FILE.pdf")
@click.option("--unit", required=True, metavar="UNIT")
@click.option("--until", metavar="PERIOD")
def team(out: Path, unit: str, until: str | None) -> None:
    """Write the sheet for the wall of a team."""

    def content(context: AppContext, t: Texts) -> bytes:
        return make.sheet(context, make.scope(context, unit, until, clock.today(), t))

    _write(out, content)


@report.command()
@click.option("--out", type=OUT, required=True, metavar="FILE.pdf")
def poster(out: Path) -> None:
    """Write the poster of the klaagmuur and the pulse."""
    _write(out, lambda context, t: make.wall_poster(context, clock.today(), t))


def _write(out: Path, content: Callable[[AppContext, Texts], bytes]) -> None:
    context = current_context()
    estimates.freeze_due(context.engine, results(context.engine))
    document = content(context, texts(context.settings.language))
    with replacing(out) as draft:
        draft.write_bytes(document)
    say(context, "report.done", file=str(out))
