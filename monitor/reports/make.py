"""Reports from the store: what a report covers is read, composed and set."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from sqlalchemy import Engine

import monitor
from monitor.climate.figures import shown
from monitor.climate.results import Results, results
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.followup import actions, estimates, team_log
from monitor.klaagmuur import access_word, key_pinning, readers, themes
from monitor.klaagmuur.quarters import quarter
from monitor.locale import Texts
from monitor.pulse import periods
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.reports import mt, poster, team_sheet, typesetting, works_council
from monitor.reports.blocks import Document
from monitor.reports.poster import Poster
from monitor.reports.scope import MONTHS, Scope, span
from monitor.reports.works_council import Kept, LogDay, ReleasedTheme
from monitor.store import audit

LOG_ENTRIES = 100_000
"""More entries than an organisation writes in two years."""


def scope(
    context: AppContext,
    unit: str | None,
    until: str | None,
    today: date,
    t: Texts,
    months: int = MONTHS,
    seen: frozenset[str] | None = None,
) -> Scope:
    """What a report covers: a unit (by default the top one) until a month (by default the latest).

    `seen` are the units whose own figures the reader sees; None: all beneath the unit.

    Raises
    ------
    InputRefused
        When nothing is released then, or the unit is unknown.
    """
    released = results(context.engine)
    since, last = span(released, until, months)
    tree = released.tree(last)
    chosen = unit or tree.root
    if chosen not in tree:
        raise InputRefused("report.unit", unit=chosen[:64], period=last)
    beneath = tree.beneath(chosen)
    return Scope(
        results=released,
        unit=chosen,
        until=last,
        since=since,
        organisation=context.name,
        today=today,
        t=t,
        actions=actions.listing(context.engine, beneath),
        pooled=estimates.what_helps(context.engine) if chosen == tree.root else None,
        control_number=control_number(released, since, last, beneath),
        version=monitor.__version__,
        seen=seen,
    )


def control_number(released: Results, since: str, until: str, units: tuple[str, ...]) -> str:
    """SHA-256 over the released rows of the span and the units, as the export writes them.

    Actions are not among them: they may still change.
    """
    digest = sha256()
    for period in released.periods:
        if since <= period <= until:
            for unit in units:
                for figure in released.figures(period, unit):
                    row = (
                        period,
                        unit,
                        figure.kind,
                        figure.key,
                        shown(figure),
                        figure.n_band,
                        *("" if end is None else str(end) for end in (figure.low, figure.high)),
                        " ".join(sorted(figure.notes)),
                    )
                    digest.update(("\t".join(row) + "\n").encode())
    return digest.hexdigest()


def mt_report(chosen: Scope) -> bytes:
    """The report to the management team as a PDF."""
    return set_document(mt.document(chosen), chosen.today)


def works_council_report(context: AppContext, chosen: Scope) -> bytes:
    """The report to the works council as a PDF."""
    return set_document(works_council.document(chosen, _kept(context, chosen)), chosen.today)


def sheet(context: AppContext, chosen: Scope) -> bytes:
    """The sheet for the wall of a team as a PDF."""
    return set_document(
        team_sheet.document(chosen, team_log.lines(context.engine, chosen.unit)), chosen.today
    )


def wall_poster(context: AppContext, today: date, t: Texts) -> bytes:
    """The poster of the klaagmuur and the pulse as a PDF."""
    everyone = key_pinning.everyone(context, today)
    names = tuple(reader.name for reader in readers.active(everyone, today))
    what = Poster(
        context.name, context.settings.base_url, names, access_word.access_word(context.engine)
    )
    return set_document(poster.document(what, t), today)


def set_document(document: Document, today: date) -> bytes:
    """A composed report as a PDF."""
    return typesetting.pdf("report", document.as_data(), today)


def _kept(context: AppContext, chosen: Scope) -> Kept:
    first = periods.first_day(chosen.since)
    last = periods.first_day(periods.shifted(chosen.until, 1))
    log = tuple(
        LogDay(entry.at.date(), entry.action)
        for entry in audit.entries(context.engine, LOG_ENTRIES)
        if first <= entry.at.date() < last
    )
    return Kept(
        minimum=context.settings.minimum,
        abandoned=_abandoned(context.engine, chosen),
        log=log,
        themes=_themes(context.engine, chosen),
    )


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
