"""Parts that reports share, as blocks: who took part, requests, what was done, the method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from monitor.climate.figures import PLACES
from monitor.followup.kinds import title as kind_title
from monitor.followup.records import Action, Level
from monitor.locale import formats
from monitor.reports import blocks, wording
from monitor.reports.blocks import Block
from monitor.reports.findings import FEWEST_TEAMS
from monitor.reports.scope import Scope
from monitor.reports.theme_cards import title


def participation(scope: Scope) -> Block:
    """Who took part, in bands, and which months are missing."""
    t = scope.t
    places = scope.results.figure(scope.until, scope.unit, "invited", PLACES)
    words = [
        t(
            "report.participation",
            month=wording.month(scope.until, t),
            response=wording.response(scope.response(scope.unit), places, t),
        )
    ]
    if len(scope.teams) >= FEWEST_TEAMS:
        few = wording.at_most(scope.without_figures, len(scope.teams), t)
        words.append(t("report.too_small", count=few))
    missing = [wording.month(p, t) for p in scope.calendar if p not in scope.periods]
    if missing:
        words.append(t("report.missing", months=wording.listed(missing, t)))
    else:
        words.append(t("report.all_counted"))
    return blocks.Paragraph(" ".join(words), lead=t("report.participation.lead"))


def requests(scope: Scope, reader: str) -> Iterator[Block]:
    """What teams ask of the organisation; for `reader` ``mt`` with a line for the decision."""
    t = scope.t
    yield blocks.Heading(t(f"report.requests.title.{reader}"))
    requested = [
        action
        for action in scope.agreed
        if action.level is Level.ORGANISATION
        and (action.closed_on is None or action.closed_on >= scope.first_day)
    ]
    if not requested:
        yield blocks.Paragraph(t("report.requests.none"))
        return
    yield blocks.Requests(
        tuple(t(f"report.column.{name}") for name in ("number", "request", "state", "decision")),
        tuple(
            _request(scope, number, action, reader) for number, action in enumerate(requested, 1)
        ),
        t("report.requests.blank") if reader == "mt" else "",
    )
    yield blocks.Paragraph(t(f"report.requests.after.{reader}"), style="quiet")


def done(scope: Scope) -> Iterator[Block]:
    """How many actions of each kind were started, go on and were closed; and what helps here."""
    t = scope.t
    yield blocks.Heading(t("report.actions.title"))
    started = Counter(a.kind for a in scope.agreed if scope.since <= a.start <= scope.until)
    running = Counter(a.kind for a in scope.agreed if a.is_open)
    closed = Counter(a.kind for a in scope.agreed if _is_closed_in(scope, a))
    kinds = sorted(started | running | closed)
    if not kinds:
        yield blocks.Paragraph(t("report.actions.none"))
    else:
        rows = tuple(
            (kind_title(kind, t), str(started[kind]), str(running[kind]), str(closed[kind]))
            for kind in kinds
        )
        headers = tuple(
            t(f"report.column.{name}") for name in ("kind", "started", "running", "closed")
        )
        yield blocks.Table(headers, rows, (4.0, 1.2, 1.2, 1.2), (1, 2, 3))
    if scope.pooled:
        yield blocks.Bullets(tuple(_pooled(scope)))
    yield blocks.Paragraph(t("report.actions.unknown"), style="quiet")


def not_to_conclude(scope: Scope) -> Iterator[Block]:
    """What cannot be read from these figures."""
    t = scope.t
    yield blocks.Heading(t("report.not.title"))
    yield blocks.Bullets(
        tuple(
            t(f"report.not.{name}")
            for name in ("ranking", "persons", "leaders", "cause", "silence")
        )
    )


def method(scope: Scope) -> Iterator[Block]:
    """How the figures came about, in six sentences, and the number to check them by."""
    t = scope.t
    yield blocks.Heading(t("report.method.title"))
    names = ("envelopes", "five", "scale", "margin", "chance", "signal")
    yield blocks.Numbered(tuple(t(f"report.method.{name}") for name in names))
    yield blocks.Paragraph(
        t(
            "report.method.version",
            version=scope.version,
            day=formats.day(scope.today, t.language),
            number=scope.control_number,
            unit=scope.name,
        ),
        style="quiet",
    )


def _request(scope: Scope, number: int, action: Action, reader: str) -> blocks.Request:
    t = scope.t
    month = wording.month(action.start, t)
    if action.answer is None:
        state = t(f"report.request.waits.{reader}", month=month)
        return blocks.Request(str(number), action.title, state, "")
    day = formats.day(action.answer.decided_on, t.language)
    state = t("report.request.answered", month=month, day=day)
    return blocks.Request(str(number), action.title, state, action.answer.text)


def _is_closed_in(scope: Scope, action: Action) -> bool:
    return action.closed_on is not None and action.closed_on >= scope.first_day


def _pooled(scope: Scope) -> Iterator[str]:
    titles = {theme.key: title(scope, theme) for theme in scope.themes}
    for (kind, theme), figure in sorted((scope.pooled or {}).items()):
        key = "report.pooled.perhaps" if figure.perhaps_nothing else "report.pooled"
        yield scope.t(
            key,
            kind=kind_title(kind, scope.t),
            theme=titles.get(theme, theme),
            points=figure.points,
            low=figure.low,
            high=figure.high,
        )
