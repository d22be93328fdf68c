"""What the app mails itself: ``round invite --send``, ``round remind`` and ``round mail``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from monitor import clock, wiring
from monitor.clock import AMSTERDAM
from monitor.commands.output import write_rows
from monitor.delivery import follow, office, outbox, reminders
from monitor.delivery.outbox import Progress
from monitor.errors import InputRefused, RoundRefused
from monitor.locale import Texts, texts
from monitor.organisation.register import by_unit
from monitor.pulse import invitations, rounds
from monitor.wiring import House

ACTOR = "cli"
OUT = click.Path(path_type=Path, dir_okay=False)
STEP = 0.1
"""Where nobody watches a terminal, progress is told for each tenth of the letters."""


def invite(house: House, period: str, replaced: tuple[str, ...]) -> None:
    """Mail every member who was not invited before, or all members of the replaced units."""
    rounds.get(house.engine, period)
    emails = by_unit(house.engine)
    if not emails:
        raise InputRefused("invite.no_members_at_all")
    office.check_server(house)  # before any code is issued: nothing half-done
    if replaced:
        emails = {unit: emails.get(unit, ()) for unit in replaced}
    queued = invitations.mail(house, period, emails, ACTOR, clock.now(), replacing=bool(replaced))
    if not queued:
        if not outbox.progress(house.engine, period).total:
            raise RoundRefused("invite.all_invited", period=period)
        outbox.retry_refused(house.engine, period)
    _see_through(house, period, queued)


@click.command()
@click.argument("period")
def remind(period: str) -> None:
    """Mail everybody the same link again."""
    house = wiring.current()
    found = reminders.remind(house, period, ACTOR, clock.now())
    _see_through(house, period, 0 if found.again else found.letters)


@click.command()
@click.argument("period")
@click.option(
    "--refused", "out", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.csv"
)
def mail(period: str, out: Path | None) -> None:
    """How far the mail of a round is, and which addresses were refused."""
    house = wiring.current()
    rounds.get(house.engine, period)
    t = texts(house.settings.language)
    if out is not None:
        if out.exists():
            raise InputRefused("invite.file_exists", file=out.name)
        with out.open("x", encoding="utf-8", newline="") as handle:
            out.chmod(0o600)
            write_rows(handle, ["unit", "email"], outbox.refused(house.engine, period))
    progress = outbox.progress(house.engine, period)
    click.echo(t("post.progress", sent=progress.sent, total=progress.total))
    _say_what_is_left(house, period, progress, t)


def _see_through(house: House, period: str, queued: int) -> None:
    t = texts(house.settings.language)
    click.echo(t("post.queued", count=queued) if queued else t("post.going_on"), err=True)

    def wait() -> None:
        click.echo(t("post.wait"), err=True)

    progress = follow.see_through(house, period, _teller(t), clock.now, wait=wait)
    click.echo(t("post.done", count=progress.sent))
    _say_what_is_left(house, period, progress, t)


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


def _say_what_is_left(house: House, period: str, progress: Progress, t: Texts) -> None:
    if progress.refused:
        click.echo(t("post.refused", count=progress.refused, period=period))
    if progress.left:
        today = clock.now().astimezone(AMSTERDAM).date()
        held = not outbox.anything_left(house.engine, period, today)
        click.echo(t("post.held" if held else "post.left", count=progress.left, period=period))
    for unit, count in outbox.unreached(house.engine, period).items():
        click.echo(t("post.newcomers", count=count, unit=unit, period=period))
