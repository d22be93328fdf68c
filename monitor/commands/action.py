"""``action``: what teams agreed to do, as on the dashboard."""

from __future__ import annotations

import click

from monitor import clock
from monitor.climate.results import results
from monitor.commands.output import say
from monitor.context import AppContext, current_context
from monitor.followup import actions, kinds
from monitor.followup.records import Action, Level, NewAction, Outcome
from monitor.locale import Phrase, Texts, texts
from monitor.locale.formats import Month
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.pulse.rounds import questionnaire_in_use

LEVELS = click.Choice([level.value for level in Level])
OUTCOMES = click.Choice([outcome.value for outcome in Outcome])


@click.group()
def action() -> None:
    """Actions: what teams agreed to do."""


@action.command()
@click.argument("unit")
@click.option("--kind", required=True, help="What kind of action, such as praktijkdialoog.")
@click.option("--title", required=True, help="The agreement in one line, without names.")
@click.option("--start", required=True, metavar="PERIOD", help="The month in which it starts.")
@click.option("--theme", "themes", multiple=True, metavar="THEME", help="May be repeated.")
@click.option("--level", type=LEVELS, default=Level.TEAM.value, show_default=True)
def add(unit: str, kind: str, title: str, start: str, themes: tuple[str, ...], level: str) -> None:
    """Write down an action of UNIT; prints its random id.

    A team has two open actions at most. Without a theme it is about all of them.
    """
    context = current_context()
    new = NewAction(kind=kind, title=title, start=start, level=Level(level), themes=themes)
    name = actions.add(context.engine, unit, new, _themes(context), clock.today())
    click.echo(name)
    words = {"unit": _name(current_tree(context.engine), unit), "start": Month(start)}
    say(context, "action.added", err=True, **words)


@action.command("list")
@click.option("--unit", help="Only those of one unit.")
def list_(unit: str | None) -> None:
    """Every action, open ones first."""
    context = current_context()
    t = texts(context.settings.language)
    stored = actions.listing(context.engine, None if unit is None else [unit])
    tree = current_tree(context.engine)
    for each in stored:
        click.echo(t("action.line", **_words(each, tree, t)))
    if not stored:
        click.echo(t("action.none"))


@action.command()
@click.argument("id")
@click.option("--outcome", required=True, type=OUTCOMES)
@click.option("--note", default="", help="Why, in one line.")
def close(id: str, outcome: str, note: str) -> None:
    """Close the action ID; one that continues stays open."""
    context = current_context()
    closed = actions.close(context.engine, id, Outcome(outcome), note, clock.today())
    if closed.is_open:
        say(context, "action.continues")
    else:
        say(context, "action.closed", outcome=Phrase(f"agreed.state.{outcome}"))


def _name(tree: Tree, unit: str) -> str:
    return tree.get(unit).name if unit in tree else unit


def _words(each: Action, tree: Tree, t: Texts) -> dict[str, object]:
    return {
        "id": each.id,
        "unit": _name(tree, each.unit),
        "start": each.start,
        "kind": kinds.title(each.kind, t),
        "level": t(f"agree.{each.level.value}"),
        "state": t(f"agreed.state.{each.outcome or 'running'}"),
        "title": each.title,
    }


def _themes(context: AppContext) -> tuple[str, ...]:
    """Every theme that was ever asked, and those of the questionnaire in use."""
    released = results(context.engine)
    questionnaires = [released.questionnaire(period) for period in reversed(released.periods)]
    current = questionnaire_in_use.in_use(context).watched
    return tuple(dict.fromkeys(t.key for each in (*questionnaires, current) for t in each.themes))
