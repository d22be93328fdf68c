"""Mistakes in a command line, each as one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click import exceptions

from monitor.locale import Texts


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
