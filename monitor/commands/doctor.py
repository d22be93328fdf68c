"""``doctor``: whether this installation is sound."""

from __future__ import annotations

import click

from monitor import clock
from monitor.config import settings
from monitor.locale import texts
from monitor.operations.doctor import examine

UNSOUND = 2


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check settings, store, keys and clock; one sentence for each thing to mend."""
    current = settings.read()
    t = texts(current.language)
    findings = examine(current, clock.now())
    for finding in findings:
        click.echo(t(finding.key, **finding.words), err=True)
    if findings:
        ctx.exit(UNSOUND)
    click.echo(t("doctor.sound"))
