"""Mail sent by the app: ``round invite --send``, ``round remind`` and ``round mail``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from monitor import clock
from monitor.commands import ACTOR
from monitor.commands.output import csv_bytes, private_file, say
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused, RoundRefused
from monitor.locale import Texts, texts
from monitor.locale.formats import Month
from monitor.mail import mailer
from monitor.organisation import preferences
from monitor.organisation.members import by_unit
from monitor.pulse.invitations import issue, outbox, reminders, send_until_done, undelivered
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.rounds import rounds

OUT = click.Path(path_type=Path, dir_okay=False)
MOST_DOMAINS = 20
"""Domains put off that are named; each has a line of its own."""
STEP = 0.1
"""Share of the letters after which a line of progress is printed, where it is no terminal."""


def invite(context: AppContext, period: str, replaced: tuple[str, ...]) -> None:
    """Mail every member who was not invited before, or all members of the replaced units."""
    rounds.get(context.engine, period)
    emails = by_unit(context.engine)
    if not emails:
        raise InputRefused("invite.no_members_at_all")
    mailer.check_server(context)  # before any code is issued, so that none is lost
    if replaced:
        emails = {unit: emails.get(unit, ()) for unit in replaced}
    queued = issue.mail(context, period, emails, ACTOR, clock.now(), replacing=bool(replaced))
    if not queued:
        if not outbox.progress(context.engine, period).total:
            raise RoundRefused("invite.all_invited", period=Month(period))
        outbox.retry_refused(context.engine, period)
    _send(context, period, queued)


@click.command()
@click.argument("period")
def remind(period: str) -> None:
    """Mail everybody the same link again."""
    context = current_context()
    reminder = reminders.remind(context, period, ACTOR, clock.now())
    _send(context, period, 0 if reminder.resumed else reminder.letters)


@click.command()
@click.argument("period")
@click.option("--refused", "out", type=OUT, metavar="OUT.csv")
@click.option("--retry", is_flag=True)
def mail(period: str, out: Path | None, retry: bool) -> None:
    """How far the mail of a round is, which addresses were refused, and which domains put off.

    With --retry everything that was refused or put off is tried again at once.
    """
    context = current_context()
    rounds.get(context.engine, period)
    if out is not None:
        _write_refused(context, period, out)
    if retry:
        _send(context, period, outbox.retry_refused(context.engine, period))
        return
    progress = outbox.progress(context.engine, period)
    say(context, "post.progress", sent=progress.sent, total=progress.total)
    _say_what_is_left(context, period, progress)


def _write_refused(context: AppContext, period: str, out: Path) -> None:
    """Write the addresses that the mail server refused to a file that only its owner can read."""
    with private_file(
        out,
        exists=InputRefused("invite.file_exists", file=out.name),
        unwritable=InputRefused("export.unwritable", file=str(out)),
    ) as write:
        write(csv_bytes(["unit", "email"], outbox.refused(context.engine, period)))


def _send(context: AppContext, period: str, queued: int) -> None:
    """Send what is queued until nothing more can be sent now."""
    if queued:
        say(context, "post.queued", count=queued, err=True)
    else:
        say(context, "post.going_on", err=True)

    def wait() -> None:
        say(context, "post.wait", err=True)

    show = _progress_printer(texts(context.settings.language))
    progress = send_until_done.send_until_done(context, period, show, clock.now, on_wait=wait)
    say(context, "post.done", count=progress.sent)
    _say_what_is_left(context, period, progress)


def _progress_printer(t: Texts) -> Callable[[Progress], None]:
    """A function that prints progress: on one changing line of a terminal, or on a few lines."""
    on_terminal = sys.stderr.isatty()
    last = 0.0

    def show(progress: Progress) -> None:
        nonlocal last
        share = (progress.sent + progress.refused) / progress.total if progress.total else 1.0
        if on_terminal or share >= last + STEP or share == 1.0 > last:
            last = share
            line = t("post.progress", sent=progress.sent, total=progress.total)
            whole_line = not on_terminal or share == 1.0
            click.echo(f"\r{line}" if on_terminal else line, err=True, nl=whole_line)

    return show


def _say_what_is_left(context: AppContext, period: str, progress: Progress) -> None:
    if progress.refused:
        say(context, "post.refused", count=progress.refused, period=period)
    if progress.left:
        chosen = preferences.read(context.engine)
        opens, closes = chosen.office_hours
        if chosen.in_office_hours(clock.now()):
            say(context, "post.left", count=progress.left, period=period)
        else:
            say(context, "post.held", count=progress.left, opens=opens, closes=closes)
    for each in undelivered.put_off_domains(context.engine, period)[:MOST_DOMAINS]:
        say(
            context,
            "post.put_back" if each.refused else "post.put_off",
            count=each.letters,
            domain=each.domain,
            reply=each.reply or "-",
            time=each.next_try.astimezone(clock.AMSTERDAM).strftime("%H:%M"),
            period=period,
        )
    for unit, count in outbox.unreached(context.engine, period).items():
        say(context, "post.newcomers", count=count, unit=unit, period=period)
