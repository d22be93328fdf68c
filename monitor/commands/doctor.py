"""``doctor``: whether this installation is sound."""

from __future__ import annotations

import json

import click

from monitor import clock
from monitor.config import settings
from monitor.locale import texts
from monitor.operations.doctor import examine

UNSOUND = 2


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of level, key and text on stdout.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Check settings, store, keys and clock; one sentence for each thing to mend."""
    current = settings.read()
    t = texts(current.language)
    findings = examine(current, clock.now())
    sentences = [t(finding.key, **finding.words) for finding in findings]
    if as_json:
        rows = [
            {"level": finding.level.value, "key": finding.key, "text": sentence}
            for finding, sentence in zip(findings, sentences, strict=True)
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for finding, sentence in zip(findings, sentences, strict=True):
            click.echo(f"{t(f'doctor.level.{finding.level}')}: {sentence}", err=True)
    if findings:
        ctx.exit(UNSOUND)
    if not as_json:
        click.echo(t("doctor.sound"))
