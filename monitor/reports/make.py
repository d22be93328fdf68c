"""Reports from the store: what a report covers is read, composed and set."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from sqlalchemy import Engine

import monitor
from monitor.climate import export_rows
from monitor.climate.audience import TEAM_ONLY
from monitor.climate.results import Results, results
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.followup import actions, estimates, team_log
from monitor.klaagmuur import access_word, key_pinning, readers, themes
from monitor.klaagmuur.quarters import quarter
from monitor.locale import Texts
from monitor.locale.formats import Month
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.pulse import periods
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.reports import mt, poster, team_sheet, typesetting, works_council
from monitor.reports.blocks import Document
from monitor.reports.poster import Poster
from monitor.reports.scope import MONTHS, Scope, span
from monitor.reports.works_council import Listeners, LogDay, Records, ReleasedTheme
from monitor.store import audit
from monitor.store.audit import Selection

CHECKED = ("theme", "response", "invited", "signal", "chance")
"""Kinds of figures that a control number is over."""


def scope(
    context: AppContext,
    unit: str | None,
    until: str | None,
    today: date,
    t: Texts,
    months: int = MONTHS,
    *,
    within: frozenset[str] | None = None,
    by_department: bool = True,
) -> Scope:
    """What a report covers: a unit (by default the top one) until a month (by default the latest).

    `within` and `by_department` are as in `Scope`.

    Raises
    ------
    InputRefused
        When nothing is released then, or the unit is unknown.
    """
    released = results(context.engine)
    since, last = span(released, until, months)
    tree = released.tree(last)
    if (chosen := unit or tree.root) not in tree:
        raise _no_such_unit(context.engine, released, chosen, last, within)
    return Scope(
        results=released,
        unit=chosen,
        until=last,
        since=since,
        organisation=context.name,
        today=today,
        t=t,
        actions=actions.listing(context.engine, _beneath(tree, chosen, within)),
        pooled=estimates.what_helps(context.engine) if chosen == tree.root else None,
        control_number=control_number(released, since, last, chosen),
        version=monitor.__version__,
        within=within,
        by_department=by_department,
    )


def _beneath(tree: Tree, unit: str, within: frozenset[str] | None) -> list[str]:
    """The unit and those beneath it, as far as the reader sees them."""
    return [key for key in tree.beneath(unit) if within is None or key in within]


def _no_such_unit(
    engine: Engine, released: Results, unit: str, period: str, within: frozenset[str] | None
) -> InputRefused:
    """Why there is no report of `unit`: it was not there in the month, or never, for the reader."""
    trees = (current_tree(engine), *(released.tree(each) for each in reversed(released.periods)))
    names = (tree.get(unit).name for tree in trees if unit in tree)
    name = next(names, None) if within is None or unit in within else None
    if name is None:
        return InputRefused("report.no_unit", unit=unit[:64])
    return InputRefused("report.unit", unit=name, period=Month(period))


def control_number(released: Results, since: str, until: str, unit: str) -> str:
    """SHA-256 over the rows of the export of a unit in the span, as far as the paper shows them.

    Rows of statements, of what is for the team alone and of other units are not among them, for
    whoever reads a paper reads none: one can try every score until the number is right. Actions are
    not among them either: they may still change.
    """
    digest = sha256()
    for period in (p for p in released.periods if since <= p <= until):
        figures = (f for f in released.figures(period, unit) if f.kind in CHECKED)
        for row in export_rows.rows(f for f in figures if TEAM_ONLY not in f.notes):
            digest.update(("\t".join(map(str, row)) + "\n").encode())
    return digest.hexdigest()


def mt_report(chosen: Scope) -> bytes:
    """The report to the management team as a PDF."""
    return set_document(mt.document(chosen), chosen.today)


def works_council_report(context: AppContext, chosen: Scope) -> bytes:
    """The report to the works council as a PDF."""
    return set_document(works_council.document(chosen, _records(context, chosen)), chosen.today)


def sheet(context: AppContext, chosen: Scope) -> bytes:
    """The sheet for the wall of a team as a PDF."""
    return set_document(
        team_sheet.document(chosen, team_log.lines(context.engine, chosen.unit)), chosen.today
    )


def wall_poster(context: AppContext, today: date, t: Texts) -> bytes:
    """The poster of the klaagmuur and the pulse as a PDF."""
    everyone = key_pinning.everyone(context, today)
    names = tuple(reader.name for reader in readers.active(everyone, today))
    facts = Poster(
        context.name, context.settings.base_url, names, access_word.access_word(context.engine)
    )
    return set_document(poster.document(facts, t), today)


def set_document(document: Document, today: date) -> bytes:
    """A composed report as a PDF."""
    return typesetting.pdf("report", document.as_data(), today)


def _records(context: AppContext, chosen: Scope) -> Records:
    first, last = chosen.first_day, periods.last_day(chosen.until)
    changes = audit.entries(context.engine, None, Selection(first=first, last=last))
    log = tuple(LogDay(local_day(change.at), change.action) for change in changes)
    return Records(
        minimum=context.settings.minimum,
        abandoned=_abandoned(context.engine, chosen),
        log=log,
        themes=_themes(context.engine, chosen),
        listeners=_listeners(context, chosen.today, first, last),
    )


def _listeners(context: AppContext, today: date, first: date, last: date) -> Listeners:
    everyone = key_pinning.everyone(context, today)
    active = readers.active(everyone, today)
    days = sum(
        max(0, (min(reader.absent_until, last) - max(reader.absent_from, first)).days + 1)
        for reader in active
        if reader.absent_from is not None and reader.absent_until is not None
    )
    return Listeners(len(active), len(readers.announced(everyone, today)), days)


def _abandoned(engine: Engine, chosen: Scope) -> tuple[str, ...]:
    return tuple(
        sorted(
            each.period
            for each in rounds.all_rounds(engine)
            if each.status is RoundStatus.ABANDONED and chosen.since <= each.period <= chosen.until
        )
    )


def _themes(engine: Engine, chosen: Scope) -> tuple[ReleasedTheme, ...]:
    """The themes of quarters that lie within the span as a whole."""
    quarters = {quarter(periods.first_day(p)) for p in chosen.calendar}
    whole = {
        name
        for name in quarters
        if sum(quarter(periods.first_day(p)) == name for p in chosen.calendar) == MONTHS
    }
    return tuple(
        ReleasedTheme(theme.quarter, theme.theme.value, theme.band)
        for theme in themes.released(engine)
        if theme.quarter in whole
    )
