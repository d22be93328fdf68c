"""``klaagmuur``: the settings of the klaagmuur."""

from __future__ import annotations

import click

from monitor import clock
from monitor.commands import ACTOR
from monitor.commands.output import say
from monitor.context import current_context
from monitor.errors import InputRefused
from monitor.klaagmuur import access_word as access_words


@click.group()
def klaagmuur() -> None:
    """The klaagmuur: who may write there."""


@klaagmuur.command("access-word")
@click.argument("word", required=False)
@click.option("--none", "everybody", is_flag=True, help="Whoever knows the address may write.")
def access_word(word: str | None, everybody: bool) -> None:
    """Show the access word, or replace it by WORD."""
    context = current_context()
    if word is not None and everybody:
        raise InputRefused("klaagmuur.word_or_none")
    if word is not None or everybody:
        access_words.set_access_word(context.engine, word or "", ACTOR, clock.now())
    current = access_words.access_word(context.engine)
    if current:
        say(context, "klaagmuur.word_is", word=current)
        if access_words.is_easy(current):
            say(context, "klaagmuur.word_easy")
    else:
        say(context, "klaagmuur.no_word")
