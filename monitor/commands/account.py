"""``account``: accounts, their roles and their links to choose a passphrase."""

from __future__ import annotations

import click

from monitor import clock
from monitor.access import accounts, credential_reset, removal
from monitor.access.roles import Grant, Role
from monitor.commands import ACTOR, oversight
from monitor.commands.output import say
from monitor.context import AppContext, current_context
from monitor.locale import Texts, texts

ROLES = click.Choice([role.value for role in Role])


@click.group()
def account() -> None:
    """Accounts: who may sign in, and as what."""


@account.command()
@click.argument("email")
@click.option("--role", required=True, type=ROLES)
@click.option("--unit", help="The unit somebody leads; only for a leidinggevende.")
def add(email: str, role: str, unit: str | None) -> None:
    """Give somebody a role; prints a one-time link to choose a passphrase.

    For somebody who has the role already only the link is new.
    """
    context = current_context()
    token = accounts.add(context.engine, email, Role(role), unit, ACTOR, clock.now())
    oversight.tell(context, email)
    _print_link(context, email, token)


@account.command("list")
def list_() -> None:
    """Every account with its roles."""
    context = current_context()
    t = texts(context.settings.language)
    entries = accounts.listing(context.engine)
    for entry in entries:
        click.echo(_line(entry, t))
    if not entries:
        click.echo(t("account.none"))


@account.command("end-sessions")
@click.argument("email")
def end_sessions(email: str) -> None:
    """Sign somebody out everywhere, at once."""
    context = current_context()
    ended = accounts.end_sessions(context.engine, email, ACTOR, clock.now())
    oversight.tell(context, email)
    say(context, "account.ended", count=ended)


@account.command("take-role")
@click.argument("email")
@click.option("--role", required=True, type=ROLES)
@click.option("--unit", help="The unit somebody led; only for a leidinggevende.")
def take_role(email: str, role: str, unit: str | None) -> None:
    """Take one role away; the account stays."""
    context = current_context()
    removal.take_role(context.engine, email, Role(role), unit, ACTOR, clock.now())
    oversight.tell(context, email)
    address, role_name = accounts.normal_email(email), _role(Grant(Role(role), unit))
    say(context, "account.role_taken", email=address, role=role_name)


@account.command()
@click.argument("email")
def remove(email: str) -> None:
    """Remove an account; whoever is signed in with it is out at once."""
    context = current_context()
    removal.remove(context.engine, email, ACTOR, clock.now())
    oversight.tell(context, email)
    say(context, "account.removed", email=accounts.normal_email(email))


@account.command("start-over")
@click.argument("email")
def start_over(email: str) -> None:
    """Forget passphrase and codes of somebody who lost them; prints a new one-time link."""
    context = current_context()
    token = credential_reset.reset(context.engine, email, ACTOR, clock.now())
    oversight.tell(context, email)
    _print_link(context, email, token)


def _print_link(context: AppContext, email: str, token: str) -> None:
    """Print the link alone on stdout, and on stderr what to do with it."""
    click.echo(f"{context.settings.base_url}/welkom/{token}")
    address, hours = accounts.normal_email(email), accounts.LINK_HOURS
    say(context, "account.link", email=address, hours=hours, err=True)


def _line(entry: accounts.AccountSummary, t: Texts) -> str:
    roles = ", ".join(_role(grant) for grant in entry.grants) or t("account.no_role")
    waiting = "" if entry.ready else f" ({t('account.waiting')})"
    return f"{entry.email}: {roles}{waiting}"


def _role(grant: Grant) -> str:
    return f"{grant.role.value} {grant.unit}" if grant.unit else grant.role.value
