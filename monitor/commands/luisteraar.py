"""``luisteraar``: the trusted colleague's key, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path

import click

from monitor import clock
from monitor.access import accounts
from monitor.access import passphrase as passphrases
from monitor.access.roles import Role
from monitor.commands import ACTOR, oversight
from monitor.commands.output import private_file, say
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.inputs.secret_files import read_secret_line
from monitor.klaagmuur import key_pinning, luisteraars, readers
from monitor.klaagmuur.readers import Luisteraar
from monitor.locale import texts
from monitor.locale.formats import Day
from monitor.reports import recovery_sheet
from monitor.reports.recovery_sheet import RecoverySheet


@click.group()
def luisteraar() -> None:
    """The trusted colleagues who read the klaagmuur."""


@luisteraar.command()
@click.argument("email")
@click.option("--passphrase-file", "file", required=True, type=click.Path(path_type=Path))
@click.option("--recovery", "out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", help="As colleagues read it; the address when left out.")
def enrol(email: str, file: Path, out: Path | None, name: str | None) -> None:
    """Make a key pair for EMAIL, who has the role luisteraar.

    The first one is active at once; a later one is announced on the klaagmuur for two weeks.
    """
    context = current_context()
    address = accounts.normal_email(email)
    passphrase = _passphrase(file, address)
    account = _account(context, address)
    shown_name, new = name or address, luisteraars.make_key(passphrase)
    # The sheet is written first: nobody would notice a key that lacks one, until it is needed.
    with _sheet_file(out) as write:
        if write is not None:
            sheet = RecoverySheet.of(shown_name, new, clock.today())
            write(recovery_sheet.pdf(sheet, texts(context.settings.language)))
        enrolled = luisteraars.enrol(context.engine, account, shown_name, new, ACTOR, clock.now())
    oversight.tell(context, address)
    begins = readers.starts_on(enrolled, luisteraars.everyone(context.engine))
    key = "luisteraar.active" if begins <= clock.today() else "luisteraar.announced"
    say(context, key, name=enrolled.name, day=Day(begins))
    say(context, "luisteraar.fingerprint", fingerprint=enrolled.fingerprint)
    if out is None:
        say(context, "luisteraar.no_sheet", err=True)


@luisteraar.command("list")
def list_() -> None:
    """Every key: whose, since when, and its fingerprint."""
    context = current_context()
    t = texts(context.settings.language)
    today = clock.today()
    everyone = key_pinning.everyone(context, today)
    for reader in sorted(everyone, key=lambda reader: reader.announced_on):
        begins = Day(readers.starts_on(reader, everyone))
        state = t(_state(reader, everyone, today), day=begins)
        click.echo(f"{reader.name}: {state}, {reader.fingerprint}")
    if not everyone:
        click.echo(t("luisteraar.none"))


def _state(reader: Luisteraar, everyone: tuple[Luisteraar, ...], day: date) -> str:
    if reader.has_ended(day) or not reader.may_read:
        return "luisteraar.state.ended"
    if reader.is_held:
        return "luisteraar.state.held"
    if readers.find(readers.announced(everyone, day), reader.id):
        return "luisteraar.state.announced"
    return "luisteraar.state.active"


def _passphrase(file: Path, address: str) -> str:
    passphrase = read_secret_line(file)
    passphrases.check(passphrase, address)
    return passphrase


def _account(context: AppContext, address: str) -> str:
    """The account with that address, made when there is none."""
    account = luisteraars.account_of(context.engine, address)
    if account is None:
        accounts.add(context.engine, address, Role.LUISTERAAR, None, ACTOR, clock.now())
        account = luisteraars.account_of(context.engine, address)
    assert account is not None
    return account


def _sheet_file(
    out: Path | None,
) -> AbstractContextManager[Callable[[bytes], None] | None]:
    """The file for the recovery sheet, if one is wanted."""
    if out is None:
        return nullcontext()
    return private_file(
        out,
        exists=InputRefused("luisteraar.sheet_exists", name=out.name),
        unwritable=InputRefused("luisteraar.sheet_folder", name=str(out)),
    )
