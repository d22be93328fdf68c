"""The report to the works council: that of the management, and whether the agreements were kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from monitor.climate.figures import CODES, PLACES
from monitor.followup.kinds import title as kind_title
from monitor.reports import blocks, mt, sections, theme_cards, wording
from monitor.reports.blocks import Block, Document
from monitor.reports.logged_acts import (
    ACCOUNT_CHANGES,
    DECISIONS,
    OPERATOR_ACTS,
    READER_CHANGES,
    SETTINGS_CHANGED,
)
from monitor.reports.scope import Scope

UNPROTECTED = ("small", "together", "writing", "device", "availability", "operator")


@dataclass(frozen=True, slots=True)
class LogDay:
    """One entry of the log: on which day, and what; not by whom and not to whom."""

    on: date
    action: str


@dataclass(frozen=True, slots=True)
class ReleasedTheme:
    """A theme of the klaagmuur in a whole quarter, as released."""

    quarter: str
    theme: str
    band: str


@dataclass(frozen=True, slots=True)
class Listeners:
    """Luisteraars on the day of the report, and their absence in its months.

    ``waiting`` are keys that are announced and do not count yet; ``absent_days`` are added over
    all luisteraars, as far as they are still known.
    """

    active: int = 0
    waiting: int = 0
    absent_days: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """What shows whether the agreements were kept."""

    minimum: int
    abandoned: tuple[str, ...]
    log: tuple[LogDay, ...]
    themes: tuple[ReleasedTheme, ...]
    listeners: Listeners = Listeners()


def document(scope: Scope, records: Records) -> Document:
    """The report, from released figures, the log of changes and released themes."""
    t = scope.t
    span = wording.months(scope.calendar, t)
    return Document(
        title=t("report.or.document", name=scope.name, span=span),
        language=t.language,
        kind=t("report.or.kind"),
        subject=mt.subject(scope),
        span=span,
        footer=t("report.footer"),
        page=t("report.page", page="{page}", pages="{pages}"),
        author=scope.organisation or scope.name,
        blocks=(
            *mt.first_page(scope, "or"),
            *sections.not_to_conclude(scope),
            *_agreements(scope, records),
            *_klaagmuur(scope, records),
            *_working_conditions(scope),
            *_unprotected(scope),
            blocks.Heading(t("report.evaluation.title")),
            blocks.Paragraph(t("report.evaluation")),
            blocks.Blanks((t("report.evaluation.blank"),)),
            *sections.method(scope),
        ),
    )


def _agreements(scope: Scope, records: Records) -> Iterator[Block]:
    t = scope.t
    yield blocks.Heading(t("report.agreements.title"))
    log = Counter(entry.action for entry in records.log)
    rows = [
        (t("report.agreements.minimum"), str(records.minimum)),
        (t("report.agreements.questionnaire"), _questionnaires(scope)),
        (t("report.agreements.codes"), _codes(scope)),
        (t("report.agreements.abandoned"), _months(scope, records.abandoned)),
        (t("report.agreements.incomplete"), _times(scope, log["round.incomplete"])),
        (
            t("report.agreements.settings"),
            _times(scope, sum(log[a] for a in SETTINGS_CHANGED)),
        ),
        (
            t("report.agreements.accounts"),
            _times(scope, sum(log[a] for a in ACCOUNT_CHANGES)),
        ),
        (t("report.agreements.decisions"), _counted(scope, "decision", DECISIONS, log)),
        (
            t("report.agreements.operator"),
            _times(scope, sum(log[a] for a in OPERATOR_ACTS)),
        ),
        (t("report.agreements.readers"), _counted(scope, "key", READER_CHANGES, log)),
        (t("report.agreements.listeners"), _listeners(scope, records.listeners)),
    ]
    headers = (t("report.column.agreement"), t("report.column.seen"))
    yield blocks.Table(headers, tuple(rows), (3.0, 4.0))
    yield blocks.Paragraph(t("report.agreements.log"), style="quiet")


def _questionnaires(scope: Scope) -> str:
    """The version in use, and since when, where it changed in the span."""
    t = scope.t
    latest = scope.results.questionnaire(scope.until)
    changed = [
        wording.month(after, t)
        for before, after in pairwise(p for p in scope.results.periods if p <= scope.until)
        if after >= scope.since
        and scope.results.questionnaire(before) != scope.results.questionnaire(after)
    ]
    count = sum(len(theme.questions) for theme in latest.themes)
    if changed:
        return t("report.agreements.changed", months=wording.listed(changed, t), count=count)
    return t("report.agreements.unchanged", count=count)


def _codes(scope: Scope) -> str:
    """Codes issued against places, over the months of the span; more means replaced codes."""
    counted = []
    for period in scope.periods:
        places = scope.results.figure(period, scope.unit, "invited", PLACES)
        codes = scope.results.figure(period, scope.unit, "invited", CODES)
        if places is not None and codes is not None:
            counted.append((period, codes.value, places.value))
    runs = [list(run) for _, run in groupby(counted, key=lambda row: row[1:])]
    parts = [
        scope.t(
            "report.agreements.codes_of",
            month=wording.months([period for period, _, _ in run], scope.t),
            codes=run[0][1],
            places=run[0][2],
        )
        for run in runs
    ]
    return "; ".join(parts) or scope.t("report.agreements.unknown")


def _months(scope: Scope, periods: tuple[str, ...]) -> str:
    t = scope.t
    if not periods:
        return t("report.agreements.none")
    return wording.listed([wording.month(period, t) for period in periods], t)


def _times(scope: Scope, count: int) -> str:
    return scope.t("report.agreements.times", count=count)


def _counted(
    scope: Scope, name: str, groups: Mapping[str, tuple[str, ...]], log: Counter[str]
) -> str:
    """How often each of some things happened: "3 bevestigd, 0 geweigerd"."""
    counts = {group: sum(log[action] for action in actions) for group, actions in groups.items()}
    return ", ".join(scope.t(f"report.{name}.{g}", count=count) for g, count in counts.items())


def _listeners(scope: Scope, listeners: Listeners) -> str:
    return scope.t(
        "report.agreements.listeners_now",
        active=listeners.active,
        waiting=listeners.waiting,
        days=listeners.absent_days,
    )


def _klaagmuur(scope: Scope, records: Records) -> Iterator[Block]:
    t = scope.t
    yield blocks.Heading(t("report.klaagmuur.title"))
    if not records.themes:
        yield blocks.Paragraph(t("report.klaagmuur.none"))
        return
    rows = tuple(
        (
            t("themes.quarter_of", number=theme.quarter[-1], year=theme.quarter[:4]),
            t(f"klaagmuur.theme.{theme.theme}"),
            theme.band.replace("-", wording.EN_DASH),
        )
        for theme in records.themes
    )
    headers = tuple(t(f"report.column.{name}") for name in ("quarter", "klaagmuur_theme", "times"))
    yield blocks.Table(headers, rows, (2.0, 4.0, 1.5), (2,))
    yield blocks.Paragraph(t("report.klaagmuur.limit"), style="quiet")


def _working_conditions(scope: Scope) -> Iterator[Block]:
    """The annex for the risk inventory: subject, word, measures, who, and how to judge it."""
    t = scope.t
    yield blocks.Heading(t("report.psa.title"))
    yield blocks.Paragraph(t("report.psa.meaning"), style="before")
    rows = []
    for theme in scope.themes:
        change = scope.verdict(scope.unit, theme.key)
        running = sorted(
            {
                kind_title(action.kind, t)
                for action in scope.agreed
                if action.is_open and (not action.themes or theme.key in action.themes)
            }
        )
        rows.append(
            (
                theme_cards.title(scope, theme),
                wording.score(scope.theme(scope.unit, theme.key)),
                t(f"word.{change.word}"),
                wording.listed(running, t) or wording.EN_DASH,
                "",
                t("report.psa.judged"),
            )
        )
    names = ("theme", "score", "word", "measures", "responsible", "judged")
    headers = tuple(t(f"report.column.{name}") for name in names)
    yield blocks.Table(headers, tuple(rows), (2.2, 0.9, 1.8, 2.4, 2.0, 2.4), (1,))


def _unprotected(scope: Scope) -> Iterator[Block]:
    t = scope.t
    yield blocks.Heading(t("report.unprotected.title"))
    yield blocks.Bullets(tuple(t(f"report.unprotected.{name}") for name in UNPROTECTED))
