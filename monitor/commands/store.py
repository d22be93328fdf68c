"""``backup``, ``restore`` and ``store``: the data as a whole."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import clock, installation, restoring, wiring
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.settings import PREFIX, read
from monitor.store import backup as backups
from monitor.store import moving
from monitor.store.engine import open_store
from monitor.store.migrate import migrate
from monitor.wiring import House

ACTOR = "cli"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a backup to FILE, while the app goes on."""
    house = wiring.current()
    _refuse_beside_keys(house, file)
    rows = backups.write(house.engine, file)
    _say(house, "backup.done", file=file, count=rows)
    _say(house, "backup.keep", secret=house.settings.secret_file)
    _say(house, "backup.never", keys=house.settings.keys_dir)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Also when the store is not empty: it is overwritten.")
def restore(file: Path, *, force: bool) -> None:
    """Put the backup in FILE in the place of everything in the store."""
    house = wiring.current()
    made = restoring.restore(house, file, ACTOR, clock.now(), force=force)
    _say(house, "restore.done", file=file, count=made.rows)
    for key, periods in (
        ("restore.gone", made.gone),
        ("restore.kept_closed", made.kept_closed),
        ("restore.lost", made.lost),
    ):
        if periods:
            _say(house, key, periods=", ".join(periods))
    if made.vents:
        _say(house, "restore.vents", count=made.vents)
    _say(house, "restore.next")


@click.group()
def store() -> None:
    """The database as a whole."""


@store.command()
@click.option("--to", "address", required=True, metavar="URL", help="postgresql://…")
def move(address: str) -> None:
    """Copy everything to the empty database at URL, and compare."""
    house = wiring.current()
    target = read({f"{PREFIX}DATABASE_URL": address}).database_url
    if target == house.settings.database_url:
        raise InputRefused("move.same")
    rows = moving.move(house.engine, target)
    _say(house, "move.done", count=rows)
    _say(house, "move.next")


@store.command("accept-secret")
def accept_secret() -> None:
    """Go on with the secret that is there, or with a new one: the old one is lost."""
    settings = read()
    engine = open_store(settings.database_url)
    migrate(engine)
    installation.accept(engine, settings.secret_file, ACTOR, clock.now())
    engine.dispose()
    t = texts(settings.language)
    click.echo(t("secret.accepted", name=settings.secret_file))
    click.echo(t("secret.next"))


def _refuse_beside_keys(house: House, file: Path) -> None:
    """Whoever copies the backup must not copy the keys with it."""
    place = file.absolute().resolve()
    for private in (house.settings.keys_dir, house.settings.secret_file.parent):
        if private.resolve() in place.parents:
            raise InputRefused("backup.among_keys", folder=private)


def _say(house: House, key: str, **words: object) -> None:
    click.echo(texts(house.settings.language)(key, **words))
