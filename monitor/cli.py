"""The command line: one group per noun, and every refusal as one sentence on stderr.

The exit status is 0 on success, 2 on input that cannot be used, 1 when stopped by hand.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click
from click import exceptions
from sqlalchemy.exc import SQLAlchemyError

from monitor.config import settings
from monitor.errors import FileRefused, Refusal
from monitor.locale import DEFAULT, Texts, texts

PROGRAM = "python -m monitor"
BAD_INPUT = 2
COMMANDS = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "organisation": "organisation:organisation",
    "members": "organisation:members",
    "round": "round:round_",
    "results": "results:results",
    "questionnaire": "questionnaire:questionnaire",
    "history": "history:history",
    "signals": "signals:signals",
    "action": "action:action",
    "followup": "followup:followup",
    "report": "report:report",
    "account": "account:account",
    "luisteraar": "luisteraar:luisteraar",
    "klaagmuur": "klaagmuur:klaagmuur",
    "backup": "store:backup",
    "restore": "store:restore",
    "store": "store:store",
    "clock": "clock:clock",
    "metrics": "metrics:metrics",
    "doctor": "doctor:doctor",
}
"""Each command and its module, loaded only when it is called, so that ``--help`` is quick."""


class Monitor(click.Group):
    """The root of the command line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"monitor.commands.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list in ``--help``, without loading a command."""
        t = texts(_language())
        with formatter.section(t("cli.commands")):
            formatter.write_dl([(name, t(f"cli.help.{name}")) for name in COMMANDS])


@click.command(cls=Monitor)
def cli() -> None:
    """Teamklimaat."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status."""
    # Commands speak in sentences, not in log records.
    logging.basicConfig(handlers=[logging.NullHandler()])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # the name of a file need not be valid text
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as shown:
        shown.show()
        sys.exit(BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(1)
    except (Refusal, click.ClickException, SQLAlchemyError, OSError, UnicodeEncodeError) as error:
        for sentence in sentences(error, texts(_language())):
            click.echo(sentence, err=True)
        sys.exit(BAD_INPUT)
    sys.exit(status if isinstance(status, int) else 0)


def sentences(error: Exception, t: Texts) -> Iterator[str]:
    """The sentences for `error`: one, and one more for each fault of a file."""
    if isinstance(error, Refusal):
        yield t(error.key, **error.words)
        for fault in error.faults if isinstance(error, FileRefused) else ():
            yield t(fault.key, **fault.words)
    elif isinstance(error, click.ClickException):
        yield usage_sentence(error, t)
    elif isinstance(error, OSError):
        yield t("cli.file", name=error.filename or "", reason=error.strerror or "")
    elif isinstance(error, UnicodeEncodeError):
        yield t("cli.characters")
    else:
        yield t("cli.store", kind=type(error).__name__)


def _language() -> str:
    try:
        return settings.read().language
    except Refusal:
        return DEFAULT


def usage_sentence(error: click.ClickException, t: Texts) -> str:
    """One sentence for a mistake in how a command was called, with where to find help."""
    sentence = _fault(error, t)
    context = getattr(error, "ctx", None)
    return f"{sentence} {t('usage.help', command=context.command_path)}" if context else sentence


def _fault(error: click.ClickException, t: Texts) -> str:
    for kind, key, words in _FAULTS:
        if isinstance(error, kind):
            return t(key, **words(error, t))
    return error.format_message()


def _name(error: exceptions.BadParameter) -> str:
    if error.param is None:
        return ""
    if isinstance(error.param, click.Argument):
        return error.param.make_metavar(error.ctx) if error.ctx else str(error.param.name)
    return max(error.param.opts, key=len)


def _expected(error: exceptions.BadParameter, t: Texts) -> str:
    """What the parameter's type accepts."""
    kind = error.param.type if error.param else None
    for param_type, describe in _KINDS:
        if isinstance(kind, param_type):
            return describe(kind, t)
    return t("usage.expected.other")


def _range(kind: click.IntRange, t: Texts) -> str:
    if kind.min is not None and kind.max is not None:
        return t("usage.expected.between", low=kind.min, high=kind.max)
    if kind.min is not None:
        return t("usage.expected.at_least", low=kind.min)
    return t("usage.expected.whole")


def _path(kind: click.Path, t: Texts) -> str:
    return t("usage.expected.file" if kind.exists else "usage.expected.writable")


_FAULTS: tuple[tuple[type[click.ClickException], str, Callable[..., dict[str, object]]], ...] = (
    (exceptions.NoSuchCommand, "usage.no_command", lambda e, _: {"name": e.command_name}),
    (exceptions.NoSuchOption, "usage.no_option", lambda e, _: {"name": e.option_name}),
    (exceptions.MissingParameter, "usage.missing", lambda e, _: {"name": _name(e)}),
    (
        exceptions.BadParameter,
        "usage.value",
        lambda e, t: {"name": _name(e), "expected": _expected(e, t)},
    ),
    (exceptions.BadOptionUsage, "usage.option_value", lambda e, _: {"name": e.option_name}),
    (exceptions.FileError, "usage.file", lambda e, _: {"name": e.ui_filename}),
    (exceptions.UsageError, "usage.other", lambda _, __: {}),
)
"""Kinds of mistake, the narrower before the wider, and the sentence for each."""

_KINDS: tuple[tuple[type[click.ParamType[Any]], Callable[..., str]], ...] = (
    (click.IntRange, _range),
    (type(click.INT), lambda _kind, t: t("usage.expected.whole")),
    (click.Choice, lambda kind, t: t("usage.expected.choice", choices=", ".join(kind.choices))),
    (click.DateTime, lambda _kind, t: t("usage.expected.date")),
    (click.Path, _path),
    (click.File, lambda _kind, t: t("usage.expected.file")),
)
