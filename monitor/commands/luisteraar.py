"""``luisteraar``: the trusted colleague's key, without a browser."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from monitor import clock
from monitor.access import accounts, passphrase
from monitor.access.roles import Role
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.inputs.text_files import read_bytes
from monitor.klaagmuur import luisteraars, readers, recovery_sheet
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.recovery_sheet import RecoverySheet
from monitor.locale import Texts, texts

ACTOR = "cli"
MOST_BYTES = 4096


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
    t = texts(context.settings.language)
    address = accounts.normal_email(email)
    chosen = _passphrase(file, address)
    account = _account(context, address)
    called, new = name or address, luisteraars.make_key(chosen)
    # The sheet is written first: a key without one, by a full disk, would be a trap.
    if out is not None:
        _write_sheet(out, RecoverySheet.of(called, new, clock.today()), t)
    try:
        made = luisteraars.enrol(context.engine, account, called, new, ACTOR, clock.now())
    except BaseException:
        if out is not None:
            out.unlink()
        raise
    today = clock.today()
    begins = readers.starts_on(made, luisteraars.everyone(context.engine))
    key = "luisteraar.active" if begins <= today else "luisteraar.announced"
    click.echo(t(key, name=made.name, day=begins.isoformat()))
    click.echo(t("luisteraar.fingerprint", fingerprint=made.fingerprint))
    if out is None:
        click.echo(t("luisteraar.no_sheet"), err=True)


@luisteraar.command("list")
def list_() -> None:
    """Every key: whose, since when, and its fingerprint."""
    context = current_context()
    t = texts(context.settings.language)
    known = luisteraars.everyone(context.engine)
    today = clock.today()
    for one in sorted(known, key=lambda each: each.announced_on):
        state = t(_state(one, known, today), day=readers.starts_on(one, known).isoformat())
        click.echo(f"{one.name}: {state}, {one.fingerprint}")
    if not known:
        click.echo(t("luisteraar.none"))


def _state(one: Luisteraar, known: tuple[Luisteraar, ...], day: date) -> str:
    if one.has_ended(day) or not one.may_read:
        return "luisteraar.state.ended"
    if readers.find(readers.announced(known, day), one.id):
        return "luisteraar.state.announced"
    return "luisteraar.state.active"


def _passphrase(file: Path, address: str) -> str:
    try:
        chosen = read_bytes(file, MOST_BYTES).decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        raise InputRefused("luisteraar.passphrase_file", name=file.name) from None
    passphrase.check(chosen, address)
    return chosen


def _account(context: AppContext, address: str) -> str:
    known = luisteraars.account_of(context.engine, address)
    if known is None:
        accounts.add(context.engine, address, Role.LUISTERAAR, None, ACTOR, clock.now())
        known = luisteraars.account_of(context.engine, address)
    assert known is not None
    return known


def _write_sheet(out: Path, sheet: RecoverySheet, t: Texts) -> None:
    if out.exists():
        raise InputRefused("luisteraar.sheet_exists", name=out.name)
    try:
        out.touch(mode=0o600, exist_ok=False)
        out.write_bytes(recovery_sheet.pdf(sheet, t))
    except OSError:
        raise InputRefused("luisteraar.sheet_folder", name=str(out)) from None
