"""``klaagmuur``: what an organisation sets for it."""

from __future__ import annotations

import click

from monitor import clock
from monitor.context import current_context
from monitor.errors import InputRefused
from monitor.klaagmuur import access_word as wall
from monitor.locale import texts

ACTOR = "cli"


@click.group()
def klaagmuur() -> None:
    """The klaagmuur: who may write there."""


@klaagmuur.command("access-word")
@click.argument("word", required=False)
@click.option("--none", "everybody", is_flag=True, help="Whoever knows the address may write.")
def access_word(word: str | None, everybody: bool) -> None:
    """Show the access word, or replace it by WORD."""
    context = current_context()
    t = texts(context.settings.language)
    if word is not None and everybody:
        raise InputRefused("wall.word_or_none")
    if word is not None or everybody:
        wall.set_access_word(context.engine, word or "", ACTOR, clock.now())
    now = wall.access_word(context.engine)
    click.echo(t("wall.word_is", word=now) if now else t("wall.no_word"))
