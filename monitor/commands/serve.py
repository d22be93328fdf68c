"""``serve``: start the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import click

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.config.settings import DEFAULT_BASE_URL, Settings
from monitor.context import AppContext, current_context, use_context
from monitor.followup.library import library
from monitor.locale import texts
from monitor.server import serve as serving
from monitor.store import claims
from monitor.store.engine import writing

PORT = 8501
SET_UP_LEASE = timedelta(seconds=30)
"""For how long after one process printed the link to set up, others print none."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port to listen on; 0 takes any free one.",
)
def serve(host: str, port: int) -> None:
    """Start the server; brings the store up to date first."""
    with serving.listen(host, port) as listener:
        context = current_context()
        settings = _with_own_address(context.settings, listener.getsockname()[1])
        context = replace(context, settings=settings)
        use_context(context)
        context.keys.require_writable()
        library(
            context.settings.data_dir
        )  # a mistake in an own file is shown before anybody reads it
        serving.prepare(context)
        t = texts(settings.language)
        if _needs_set_up(context):
            if link := _set_up_link(context):
                click.echo(t("serving.set_up", email=accounts.FIRST, link=link))
            else:
                click.echo(t("serving.set_up_elsewhere", seconds=SET_UP_LEASE.seconds))
        click.echo(t("serving.starting", address=settings.base_url))
        serving.serve(listener)


def _with_own_address(settings: Settings, port: int) -> Settings:
    """The settings; without an address of their own, links lead to this machine and port."""
    if settings.base_url != DEFAULT_BASE_URL or port == PORT:
        return settings
    return replace(settings, base_url=f"http://localhost:{port}")


def _needs_set_up(context: AppContext) -> bool:
    """Whether nobody can sign in yet."""
    if not context.settings.sso_rules.local:
        return False
    entries = accounts.listing(context.engine)
    return not any(entry.ready or entry.email != accounts.FIRST for entry in entries)


def _set_up_link(context: AppContext) -> str | None:
    """A one-time link for the first beheerder; None when another process makes one just now.

    A second link would make the first one, which somebody may be reading, a dead one.
    """
    now = clock.now()
    with writing(context.engine) as connection:
        if not claims.take(connection, "set-up", claims.new_holder(), now, SET_UP_LEASE):
            return None
    token = accounts.add(context.engine, accounts.FIRST, Role.BEHEERDER, None, "serve", now)
    return f"{context.settings.base_url}/welkom/{token}"
