"""What the app mails itself: ``round invite --send``, ``round remind`` and ``round mail``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from monitor import clock
from monitor.commands.output import write_rows
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused, RoundRefused
from monitor.locale import Texts, texts
from monitor.mail import mailer
from monitor.organisation.register import by_unit
from monitor.pulse.invitations import issue, outbox, reminders, send_until_done
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.rounds import rounds

ACTOR = "cli"
OUT = click.Path(path_type=Path, dir_okay=False)
STEP = 0.1
"""Where nobody watches a terminal, progress is told for each tenth of the letters."""


def invite(context: AppContext, period: str, replaced: tuple[str, ...]) -> None:
    """Mail every member who was not invited before, or all members of the replaced units."""
    rounds.get(context.engine, period)
    emails = by_unit(context.engine)
    if not emails:
        raise InputRefused("invite.no_members_at_all")
    mailer.check_server(context)  # before any code is issued: nothing half-done
    if replaced:
        emails = {unit: emails.get(unit, ()) for unit in replaced}
    queued = issue.mail(context, period, emails, ACTOR, clock.now(), replacing=bool(replaced))
    if not queued:
        if not outbox.progress(context.engine, period).total:
            raise RoundRefused("invite.all_invited", period=period)
        outbox.retry_refused(context.engine, period)
    _see_through(context, period, queued)


@click.command()
@click.argument("period")
def remind(period: str) -> None:
    """Mail everybody the same link again."""
    context = current_context()
    found = reminders.remind(context, period, ACTOR, clock.now())
    _see_through(context, period, 0 if found.resumed else found.letters)


@click.command()
@click.argument("period")
@click.option(
    "--refused", "out", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.csv"
)
def mail(period: str, out: Path | None) -> None:
    """How far the mail of a round is, and which addresses were refused."""
    context = current_context()
    rounds.get(context.engine, period)
    t = texts(context.settings.language)
    if out is not None:
        if out.exists():
            raise InputRefused("invite.file_exists", file=out.name)
        with out.open("x", encoding="utf-8", newline="") as handle:
            out.chmod(0o600)
            write_rows(handle, ["unit", "email"], outbox.refused(context.engine, period))
    progress = outbox.progress(context.engine, period)
    click.echo(t("post.progress", sent=progress.sent, total=progress.total))
    _say_what_is_left(context, period, progress, t)


def _see_through(context: AppContext, period: str, queued: int) -> None:
    t = texts(context.settings.language)
    click.echo(t("post.queued", count=queued) if queued else t("post.going_on"), err=True)

    def wait() -> None:
        click.echo(t("post.wait"), err=True)

    progress = send_until_done.send_until_done(context, period, _teller(t), clock.now, on_wait=wait)
    click.echo(t("post.done", count=progress.sent))
    _say_what_is_left(context, period, progress, t)


def _teller(t: Texts) -> Callable[[Progress], None]:
    """Tells the progress: on one line that changes, or on a few lines in a file."""
    watched = sys.stderr.isatty()
    told = 0.0

    def tell(progress: Progress) -> None:
        nonlocal told
        share = (progress.sent + progress.refused) / progress.total if progress.total else 1.0
        if watched or share >= told + STEP or share == 1.0 > told:
            told = share
            line = t("post.progress", sent=progress.sent, total=progress.total)
            click.echo(f"\r{line}" if watched else line, err=True, nl=not watched or share == 1.0)

    return tell


def _say_what_is_left(context: AppContext, period: str, progress: Progress, t: Texts) -> None:
    if progress.refused:
        click.echo(t("post.refused", count=progress.refused, period=period))
    if progress.left:
        today = clock.today()
        held = not outbox.anything_left(context.engine, period, today)
        click.echo(t("post.held" if held else "post.left", count=progress.left, period=period))
    for unit, count in outbox.unreached(context.engine, period).items():
        click.echo(t("post.newcomers", count=count, unit=unit, period=period))
