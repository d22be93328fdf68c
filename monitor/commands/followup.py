"""``followup``: an honest before and after of any series in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from monitor.climate.figures import Figure
from monitor.climate.results import results
from monitor.climate.series_file import read_series
from monitor.commands.output import csv_bytes, replacing, write_rows
from monitor.config import settings
from monitor.context import current_context
from monitor.errors import InputRefused
from monitor.followup import estimates, figures, kinds
from monitor.followup.before_after import WINDOWS, SignalBefore
from monitor.followup.estimate_file import COLUMNS, Noise, Question, estimates_of
from monitor.followup.pooled import FEWEST_TEAMS
from monitor.inputs.text_files import read_bytes
from monitor.locale import Texts, texts
from monitor.pulse import periods
from monitor.pulse.questionnaire import in_language

MOST_VARIANCE = 2500.0
"""The variance of scores of which half are 0 and half 100."""


@click.group()
def followup() -> None:
    """Before and after an action."""


@followup.command()
@click.option("--input", "file", type=click.Path(path_type=Path), required=True, metavar="FILE.csv")
@click.option("--start", required=True, metavar="PERIOD")
@click.option("--signal", metavar="PERIOD")
@click.option("--since", metavar="PERIOD")
@click.option("--level", type=float, metavar="M")
@click.option("--window", type=click.Choice([str(w) for w in WINDOWS]), default="6")
@click.option("--sb2", type=float, metavar="VARIANCE")
@click.option("--sw2", type=float, metavar="VARIANCE")
@click.option("--out", "out", type=click.Path(path_type=Path), metavar="FILE.csv")
def estimate(
    file: Path,
    start: str,
    signal: str | None,
    since: str | None,
    level: float | None,
    window: str,
    sb2: float | None,
    sw2: float | None,
    out: Path | None,
) -> None:
    """Compare every series in FILE.csv before and after an action.

    It starts in PERIOD, a month that is not counted. FILE.csv is as for `signals`. For an action
    that follows a signal give its month, the first month of the change (--since) and the level
    before it (--level); without them the action is taken for a planned one. The variance from
    month to month (--sb2) and that between people (--sw2) are estimated from the file unless given.
    """
    table = read_series(read_bytes(file), file.name)
    before = _signal(periods.check(start), signal, since, level)
    noise = Noise(_variance("--sb2", sb2), _variance("--sw2", sw2))
    rows = estimates_of(table, Question(start, before, int(window)), noise)
    if out is None:
        click.echo(csv_bytes(COLUMNS, rows).decode(), nl=False)
        return
    with replacing(out) as draft, draft.open("w", encoding="utf-8", newline="") as handle:
        write_rows(handle, COLUMNS, rows)
    click.echo(texts(settings.read().language)("series.done", file=str(out)))


@followup.command()
def helps() -> None:
    """What helps here: what actions of one kind did together, from eight teams on."""
    context = current_context()
    released = results(context.engine)
    estimates.freeze_due(context.engine, released)
    t = texts(context.settings.language)
    questions = (released.questionnaire(each).themes for each in released.periods)
    titles = {
        theme.key: in_language(theme.title, t.language) for each in questions for theme in each
    }
    lines = list(figures.pooled(context.engine, released))
    for figure in lines:
        perhaps = "perhaps_nothing" in figure.notes
        line = t("helps.line", **_pooled_words(figure, titles, t))
        click.echo(f"{line} {t('helps.perhaps')}" if perhaps else line)
    click.echo(t("helps.because") if lines else t("helps.none", teams=FEWEST_TEAMS))


def _pooled_words(figure: Figure, titles: Mapping[str, str], t: Texts) -> dict[str, object]:
    kind, _, theme = figure.key.partition(":")
    notes = dict(note.split("=", 1) for note in figure.notes if "=" in note)
    return {
        "kind": kinds.title(kind, t),
        "theme": titles.get(theme, theme),
        "points": figure.value,
        "low": figure.low,
        "high": figure.high,
        "actions": notes["actions"],
    }


def _signal(
    start: str, signal: str | None, since: str | None, level: float | None
) -> SignalBefore | None:
    if signal is None and since is None and level is None:
        return None
    if signal is None or since is None or level is None:
        raise InputRefused("estimate.signal_incomplete")
    if not periods.check(since) <= periods.check(signal) < start:
        raise InputRefused("estimate.signal_order", since=since, signal=signal, start=start)
    if not 0 <= level <= 100:
        raise InputRefused("estimate.level")
    return SignalBefore(signal, since, level)


def _variance(name: str, value: float | None) -> float | None:
    if value is not None and not 0 < value <= MOST_VARIANCE:
        raise InputRefused("estimate.noise", name=name, most=f"{MOST_VARIANCE:g}")
    return value
