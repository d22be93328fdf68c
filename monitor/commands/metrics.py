"""``metrics``: what a collector on another machine needs."""

from __future__ import annotations

import click

from monitor.context import current_context
from monitor.web.http.health import metrics_token


@click.group()
def metrics() -> None:
    """Watching from another machine."""


@metrics.command()
def token() -> None:
    """Print the token with which another machine may ask for /metrics and /readyz."""
    click.echo(metrics_token(current_context().secret))
