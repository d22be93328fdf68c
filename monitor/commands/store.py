"""``backup``, ``restore`` and ``store``: the data as a whole."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import clock
from monitor.commands import ACTOR
from monitor.commands.output import say
from monitor.config.settings import PREFIX, read
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.operations import backup_opening, pings
from monitor.operations import restore as restoring
from monitor.operations.pings import Work
from monitor.store import backup as backups
from monitor.store import move as moving
from monitor.store.engine import open_store
from monitor.store.migrate import migrate


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a backup to FILE, while the app goes on."""
    context = current_context()
    _refuse_beside_keys(context, file)
    url = context.settings.ping_url
    try:
        backups.write(context.engine, file)
    except BaseException:
        pings.ping(url, Work.BACKUP, ok=False)
        raise
    backups.note_made(context.engine, clock.now())
    pings.ping(url, Work.BACKUP)
    say(context, "backup.done", file=file)
    say(context, "backup.keep", secret=context.settings.secret_file)
    say(context, "backup.never", keys=context.settings.keys_dir)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Also when the store is not empty: it is overwritten.")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the key of toezicht, for a backup that was downloaded.",
)
def restore(file: Path, *, force: bool, key_file: Path | None) -> None:
    """Put the backup in FILE in the place of everything in the store."""
    context = current_context()
    with backup_opening.readable(file, key_file) as plain:
        restored = restoring.restore(context, plain, ACTOR, clock.now(), force=force)
    say(context, "restore.done", file=file)
    for key, periods in (
        ("restore.gone", restored.gone),
        ("restore.kept_closed", restored.kept_closed),
        ("restore.lost", restored.lost),
    ):
        if periods:
            say(context, key, periods=", ".join(periods))
    if restored.vents:
        say(context, "restore.vents", count=restored.vents)
    say(context, "restore.next")


@click.group()
def store() -> None:
    """The database as a whole."""


@store.command()
@click.option("--to", "address", required=True, metavar="URL", help="postgresql://…")
def move(address: str) -> None:
    """Copy everything to the empty database at URL, and compare."""
    context = current_context()
    target = read({f"{PREFIX}DATABASE_URL": address}).database_url
    if target == context.settings.database_url:
        raise InputRefused("move.same")
    moving.move(context.engine, target)
    say(context, "move.done")
    say(context, "move.next")


@store.command("accept-secret")
def accept_secret() -> None:
    """Go on with the secret that is there, or with a new one: the old one is lost."""
    settings = read()
    engine = open_store(settings.database_url)
    migrate(engine)
    restoring.accept_secret(engine, settings, ACTOR, clock.now())
    engine.dispose()
    t = texts(settings.language)
    click.echo(t("secret.accepted", name=settings.secret_file))
    click.echo(t("secret.next"))


def _refuse_beside_keys(context: AppContext, file: Path) -> None:
    """A copy of the backup's folder must not include the keys."""
    place = file.absolute().resolve()
    for private in (context.settings.keys_dir, context.settings.secret_file.parent):
        if private.resolve() in place.parents:
            raise InputRefused("backup.among_keys", folder=private)
