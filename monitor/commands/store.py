"""``backup``, ``restore`` and ``store``: the data as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from monitor import clock
from monitor.commands import ACTOR, oversight
from monitor.commands.output import say
from monitor.config.settings import PREFIX, read
from monitor.context import AppContext, build_context, current_context
from monitor.errors import InputRefused
from monitor.locale import Texts, texts
from monitor.operations import backup_opening, pings, signing
from monitor.operations import restore as restoring
from monitor.operations.pings import Work
from monitor.operations.signing import StoreState
from monitor.store import backup as backups
from monitor.store import move as moving
from monitor.store.engine import open_store, reading
from monitor.store.migrate import migrate
from monitor.store.signed_rows import acceptance
from monitor.store.signed_rows.acceptance import SignedRow
from monitor.store.tables import member, round_unit

YES = frozenset({"j", "ja", "y", "yes"})
"""What confirms, in whatever language the question is."""
MOST_MEMBERS = 20
"""Members listed, of whom there may be thousands: they must not hide who gets in."""


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
@click.option("--yes", is_flag=True, help="Do not ask about the list of who may do what.")
def restore(file: Path, *, force: bool, key_file: Path | None, yes: bool) -> None:
    """Put the backup in FILE in the place of everything in the store."""
    context = current_context()
    with backup_opening.readable(file, key_file) as plain:
        _confirm_restore(context, plain, yes=yes)
        restored = restoring.restore(context, plain, ACTOR, clock.now(), force=force)
    oversight.tell(context)
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
@click.option("--yes", is_flag=True, help="Do not ask about what the app did not leave so.")
def move(address: str, *, yes: bool) -> None:
    """Copy everything to the empty database at URL, and compare.

    What the app did not leave so is listed first. Nothing is signed: it does not count afterwards
    either.
    """
    context = current_context()
    target = read({f"{PREFIX}DATABASE_URL": address}).database_url
    if target == context.settings.database_url:
        raise InputRefused("move.same")
    t, state = texts(context.settings.language), signing.state(context)
    if not state.sound:
        _list_state(context, state)
        _ask(t, "move.ask", yes=yes)
    moving.move(context.engine, target)
    say(context, "move.done")
    say(context, "move.next")


@store.command("adopted-rows")
@click.option("--yes", is_flag=True, help="Do not ask.")
def adopted_rows(*, yes: bool) -> None:
    """List what an upgrade signed as it was, and have looked at it.

    Until then doctor reminds of it. Nothing is changed; store accept-rows and account change rows.
    """
    context = current_context()
    t, adopted = texts(context.settings.language), signing.adopted(context)
    if adopted is None:
        say(context, "rows.adopted_none")
        return
    _list(t, "rows.adopted", _per_round(adopted.rows))
    if adopted.gone:
        say(context, "rows.adopted_gone", count=adopted.gone)
    _ask(t, "rows.adopted_ask", yes=yes)
    count = len(adopted.rows) + adopted.gone
    signing.confirm_adopted(context, count, ACTOR, clock.now())
    say(context, "rows.adopted_seen")


@store.command("accept-secret")
@click.option("--yes", is_flag=True, help="Do not ask about the list of who may do what.")
def accept_secret(*, yes: bool) -> None:
    """Go on with the secret that is there, or with a new one: the old one is lost."""
    settings = read()
    t = texts(settings.language)
    engine = open_store(settings.database_url)
    try:
        migrate(engine)
        with reading(engine) as connection:
            rows = sorted(row for row, _, _ in acceptance.rows_of(connection))
        _list(t, "rows.new", rows)
        _ask(t, yes=yes or not rows)
        signing.accept_secret(engine, settings, ACTOR, clock.now())
    finally:
        engine.dispose()
    started = build_context(settings)
    oversight.tell(started)
    started.engine.dispose()
    click.echo(t("secret.accepted", name=settings.secret_file))
    click.echo(t("secret.next"))


@store.command("accept-rows")
@click.option("--delete", is_flag=True, help="Delete what is in doubt instead of signing it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def accept_rows(*, delete: bool, yes: bool) -> None:
    """Take as they are the rows that decide who may do what, after somebody else wrote them."""
    context = current_context()
    t = texts(context.settings.language)
    state = signing.state(context)
    if state.sound:
        say(context, "rows.sound")
        return
    _list_state(context, state)
    _ask(t, yes=yes)
    signing.accept_rows(context, state, ACTOR, clock.now(), delete=delete)
    oversight.tell(context)
    say(context, "rows.accepted")


def _confirm_restore(context: AppContext, file: Path, *, yes: bool) -> None:
    """List what the backup changes in who may do what, and ask."""
    t = texts(context.settings.language)
    preview = signing.preview(context, file)
    for key, rows in (
        ("rows.new", preview.new),
        ("rows.gone", preview.gone),
        ("rows.forged", preview.forged),
    ):
        _list(t, key, rows)
    _ask(t, yes=yes or not (preview.new or preview.gone or preview.forged))


def _list_state(context: AppContext, state: StoreState) -> None:
    if state.closed:
        say(context, "rows.closed", kinds=", ".join(state.closed))
    _list(texts(context.settings.language), "rows.doubtful", state.doubtful)
    if state.missing:
        say(context, "rows.missing", count=state.missing)


def _per_round(rows: Sequence[SignedRow]) -> tuple[SignedRow, ...]:
    """The rows, with one for all units of a round: there may be thousands of those."""
    units = Counter(str(row.key[0]) for row in rows if row.table == round_unit.name)
    others = (row for row in rows if row.table != round_unit.name)
    together = (
        SignedRow(round_unit.name, (period,), f"{period} ({count})")
        for period, count in sorted(units.items())
    )
    return (*others, *together)


def _list(t: Texts, key: str, rows: Sequence[SignedRow]) -> None:
    if rows:
        click.echo(t(key, count=len(rows)))
        members = [row for row in rows if row.table == member.name]
        left_out = set(members[MOST_MEMBERS:])
        for row in rows:
            if row not in left_out:
                click.echo(f"  {t(f'rows.{row.table}')}: {row.label}")
        if left_out:
            click.echo(f"  {t('rows.more_members', count=len(left_out))}")


def _ask(t: Texts, question: str = "rows.ask", *, yes: bool) -> None:
    """Go on when that is confirmed.

    Raises
    ------
    InputRefused
        When it is not; nothing was changed.
    """
    if yes:
        return
    try:
        answer = click.prompt(t(question), default="", show_default=False)
    except click.Abort:
        answer = ""
    if answer.strip().casefold() not in YES:
        raise InputRefused("rows.not_confirmed")


def _refuse_beside_keys(context: AppContext, file: Path) -> None:
    """A copy of the backup's folder must not include the keys."""
    place = file.absolute().resolve()
    for private in (context.settings.keys_dir, context.settings.secret_file.parent):
        if private.resolve() in place.parents:
            raise InputRefused("backup.among_keys", folder=private)
