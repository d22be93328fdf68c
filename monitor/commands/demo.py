"""``demo``: example data to look around in."""

from __future__ import annotations

import sys
from functools import partial

import click

from monitor import clock
from monitor.access.roles import Role
from monitor.context import current_context
from monitor.demo.fill import fill, refuse_unless_empty
from monitor.errors import InputRefused
from monitor.locale import Texts, texts

MOST_MONTHS = 120
TOLD_EVERY = 6


def _show(t: Texts, months: int, done: int) -> None:
    """How far it is, on stderr: over the line before on a screen, some lines in a file."""
    words = t("demo.progress", done=done, months=months)
    if sys.stderr.isatty():
        click.echo(f"\r{words}", err=True, nl=done == months)
    elif done % TOLD_EVERY == 0 or done == months:
        click.echo(words, err=True)


@click.command()
@click.option("--months", default=24, show_default=True)
@click.option("--seed", default=1, show_default=True)
def demo(months: int, seed: int) -> None:
    """Fill an empty store with a made-up municipality."""
    if not 1 <= months <= MOST_MONTHS:
        raise InputRefused("demo.months", most=MOST_MONTHS)
    context = current_context()
    refuse_unless_empty(context)
    t = texts(context.settings.language)
    click.echo(t("demo.busy", months=months))
    filled = fill(context, months, seed, clock.now(), partial(_show, t, months))
    base = context.settings.base_url
    click.echo(t("demo.pulse", link=base + filled.pulse))
    click.echo(t("demo.results", link=base + filled.results))
    click.echo(t("demo.privacy", link=f"{base}/privacy"))
    click.echo(t("demo.sign_in", link=f"{base}/aanmelden"))
    for sign_in in filled.accounts:
        click.echo(f"  {sign_in.role:<15} {sign_in.email:<34} {sign_in.password}")
    reader = filled.listening
    click.echo(f"  {Role.LUISTERAAR.value:<15} {reader.email:<34} {reader.password}")
    click.echo(t("demo.passphrase", passphrase=reader.passphrase))
    click.echo(t("demo.klaagmuur", link=base + reader.klaagmuur))
