"""The parts that reports share, as blocks: pure, from a scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from monitor.climate.figures import PLACES, Figure
from monitor.climate.verdicts import TrendVerdict, own_level
from monitor.followup.records import Action, Level
from monitor.locale import formats
from monitor.pulse import periods
from monitor.pulse.questionnaire import Theme, in_language
from monitor.reports import blocks, drawing, wording
from monitor.reports.blocks import Block, Card, Cell
from monitor.reports.scope import DRAWN_MONTHS, Scope

FEWEST_TEAMS = 3
"""Teams a department has at least before signals among them are counted: fewer would name one."""


def headline(scope: Scope) -> str:
    """Whether anything is the matter and where, in one or two sentences."""
    t = scope.t
    changes = [(theme, scope.verdict(scope.unit, theme.key)) for theme in scope.themes]
    told = [
        t(f"report.headline.{change.word}", theme=title(scope, theme), name=scope.name)
        for theme, change in changes
        if change.direction
    ]
    new = sum(
        any(scope.verdict(team, theme.key).word == "down" for theme in scope.themes)
        for team in scope.teams
        if team != scope.unit
    )
    first = " ".join(told) if told else t("report.headline.nothing", name=scope.name)
    if len(scope.teams) < FEWEST_TEAMS:
        return first
    if new == 0:
        return f"{first} {t('report.headline.no_team')}"
    return f"{first} {t('report.headline.teams', count=new, total=len(scope.teams))}"


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


def cards(scope: Scope) -> Iterator[Block]:
    """The themes of the unit with a drawing each, and what the drawing shows."""
    yield blocks.Cards(tuple(_card(scope, theme) for theme in scope.themes))
    yield blocks.Paragraph(scope.t("report.cards.caption"), style="quiet")


def theme_table(scope: Scope) -> Block:
    """The numbers behind the drawings: each theme in each month of the span."""
    t = scope.t
    headers = (
        t("report.column.theme"),
        *(formats.short_month(period, t.language) for period in scope.periods),
        t("report.column.margin"),
        t("report.column.before"),
    )
    rows = []
    for theme in scope.themes:
        latest = scope.theme(scope.unit, theme.key)
        level = own_level(
            scope.results, scope.unit, theme.key, scope.until, scope.verdict(scope.unit, theme.key)
        )
        rows.append(
            (
                title(scope, theme),
                *(wording.score(scope.theme(scope.unit, theme.key, p)) for p in scope.periods),
                _interval(latest),
                wording.EN_DASH if level is None else str(level),
            )
        )
    count = len(scope.periods)
    return blocks.Table(
        headers, tuple(rows), (3.0, *(1.2,) * count, 1.3, 1.2), tuple(range(1, count + 3))
    )


def signals(scope: Scope) -> Iterator[Block]:
    """Departments in tree order with what is told of them, and how many of their teams."""
    t = scope.t
    yield blocks.Heading(t("report.signals.title"))
    rows = [row for unit in scope.departments() for row in _department(scope, unit)]
    rows += _teams_row(scope, t("report.signals.directly", name=scope.name), scope.loose_teams)
    if rows:
        headers = tuple(t(f"report.column.{name}") for name in ("unit", "theme", "word", "teams"))
        yield blocks.Table(headers, tuple(rows), (3.0, 2.0, 3.0, 3.0))
    elif scope.by_department:
        yield blocks.Paragraph(t("report.signals.none"))
    else:
        yield blocks.Paragraph(t("report.signals.counted"))
    yield blocks.Notice(
        t(
            "report.signals.false",
            teams=len(scope.teams),
            number=wording.decimal(scope.expected_false, t),
            months=len(scope.calendar),
        ),
        lead=t("report.signals.false.lead"),
    )


def requests(scope: Scope, reader: str) -> Iterator[Block]:
    """What teams ask of the organisation; for `reader` ``mt`` with a line for the decision."""
    t = scope.t
    yield blocks.Heading(t(f"report.requests.title.{reader}"))
    asked = [action for action in scope.actions if action.level is Level.ORGANISATION]
    if not asked:
        yield blocks.Paragraph(t("report.requests.none"))
        return
    yield blocks.Requests(
        tuple(t(f"report.column.{name}") for name in ("number", "request", "state", "decision")),
        tuple(_request(scope, number, action, reader) for number, action in enumerate(asked, 1)),
        t("report.requests.blank") if reader == "mt" else "",
    )
    yield blocks.Paragraph(t(f"report.requests.after.{reader}"), style="quiet")


def done(scope: Scope) -> Iterator[Block]:
    """How many actions of each kind were started, go on and were closed; and what helps here."""
    t = scope.t
    yield blocks.Heading(t("report.actions.title"))
    kinds = sorted({action.kind for action in scope.actions})
    if not kinds:
        yield blocks.Paragraph(t("report.actions.none"))
    else:
        started = Counter(a.kind for a in scope.actions if scope.since <= a.start <= scope.until)
        running = Counter(a.kind for a in scope.actions if a.is_open)
        closed = Counter(a.kind for a in scope.actions if _closed_in(scope, a))
        rows = tuple(
            (kind.replace("_", " "), str(started[kind]), str(running[kind]), str(closed[kind]))
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
        ),
        style="quiet",
    )


def title(scope: Scope, theme: Theme) -> str:
    """The name of a theme in the language of the report."""
    return in_language(theme.title, scope.t.language)


def _card(scope: Scope, theme: Theme) -> Card:
    t, unit = scope.t, scope.unit
    figure, change = scope.theme(unit, theme.key), scope.verdict(unit, theme.key)
    name = title(scope, theme)
    first = periods.shifted(scope.until, 1 - DRAWN_MONTHS)
    series = [
        f
        for f in scope.results.series(unit, "theme", theme.key)
        if first <= f.period <= scope.until
    ]
    shown = [f for f in series if f.value is not None]
    limits = [
        limit
        for f in shown
        if (limit := scope.results.figure(f.period, unit, "chance", theme.key)) is not None
    ]
    ends = (
        [formats.short_month(f.period, t.language) for f in (shown[0], shown[-1])] if shown else []
    )
    picture = drawing.svg(series, limits, _span(change), (ends[0], ends[1])) if shown else ""
    is_shown = figure is not None and figure.value is not None
    return Card(
        title=name,
        score=wording.score(figure) if is_shown else "",
        interval=wording.interval(figure, t) if figure and is_shown else t("report.withheld"),
        word=t(f"word.{change.word}"),
        tone=wording.tone(change),
        svg=picture,
        alt=_alt(scope, name, series),
        sentence=_sentence(scope, theme, change),
    )


def _alt(scope: Scope, name: str, series: list[Figure]) -> str:
    """The drawing in words: where the line begins, where it ends, and between what it lies."""
    shown = [figure for figure in series if isinstance(figure.value, int)]
    if not shown:
        return scope.t("report.alt.none", theme=name)
    by_score = sorted(shown, key=lambda figure: int(figure.value or 0))
    return scope.t(
        "report.alt",
        theme=name,
        since=wording.month(shown[0].period, scope.t),
        until=wording.month(shown[-1].period, scope.t),
        first=wording.score(shown[0]),
        last=wording.score(shown[-1]),
        lowest=wording.score(by_score[0]),
        highest=wording.score(by_score[-1]),
    )


def _span(change: TrendVerdict) -> tuple[str, str, str] | None:
    if change.direction and change.since and change.signalled:
        return change.direction, change.since, change.signalled
    return None


def _sentence(scope: Scope, theme: Theme, change: TrendVerdict) -> str:
    t = scope.t
    if not change.direction or change.since is None:
        return t(f"report.card.{change.word}")
    level = own_level(scope.results, scope.unit, theme.key, scope.until, change)
    since = wording.month(change.since, t)
    if level is None:
        return t(f"report.card.{change.direction}", since=since)
    return t(f"report.card.{change.direction}_from", since=since, level=level)


def _interval(figure: Figure | None) -> str:
    if figure is None or figure.low is None or figure.high is None:
        return wording.EN_DASH
    return f"{figure.low}{wording.EN_DASH}{figure.high}"


def _department(scope: Scope, unit: str) -> Iterator[tuple[str | Cell, ...]]:
    """A row per theme of which something is told, of the department or among its teams."""
    depth = scope.tree.depth(unit) - scope.tree.depth(scope.unit) - 1
    name: str | Cell = Cell(scope.tree.get(unit).name, indent=depth, bold=depth == 0)
    for theme in scope.themes:
        change = scope.verdict(unit, theme.key)
        among = _among(scope, scope.teams_of(unit), theme)
        if change.direction or among:
            yield name, title(scope, theme), _word(scope, change), among
            name = Cell("", quiet=True)


def _teams_row(scope: Scope, name: str, teams: tuple[str, ...]) -> list[tuple[str | Cell, ...]]:
    """Rows of the teams right beneath the top."""
    return [
        (name, title(scope, theme), wording.EN_DASH, among)
        for theme in scope.themes
        if (among := _among(scope, teams, theme))
    ]


def _among(scope: Scope, teams: tuple[str, ...], theme: Theme) -> str:
    """How many of the teams are told of, never where there are so few that it names one."""
    if len(teams) < FEWEST_TEAMS:
        return ""
    t = scope.t
    directions = Counter(scope.verdict(team, theme.key).direction for team in teams)
    counted = [
        t(f"report.among.{direction}", count=directions[direction], total=len(teams))
        for direction in ("down", "up")
        if directions[direction]
    ]
    return ", ".join(counted)


def _word(scope: Scope, change: TrendVerdict) -> str | Cell:
    if not change.direction or change.since is None:
        return wording.EN_DASH
    t = scope.t
    word = t("word.since", word=t(f"word.{change.word}"), since=wording.month(change.since, t))
    return Cell(word, tone=wording.tone(change))


def _request(scope: Scope, number: int, action: Action, reader: str) -> blocks.Request:
    t = scope.t
    month = wording.month(action.start, t)
    if action.answer is None:
        state = t(f"report.request.waits.{reader}", month=month)
        return blocks.Request(str(number), action.title, state, "")
    day = formats.day(action.answer.decided_on, t.language)
    state = t("report.request.answered", month=month, day=day)
    return blocks.Request(str(number), action.title, state, action.answer.text)


def _closed_in(scope: Scope, action: Action) -> bool:
    return (
        action.closed_on is not None
        and scope.since <= periods.containing(action.closed_on) <= scope.until
    )


def _pooled(scope: Scope) -> Iterator[str]:
    titles = {theme.key: title(scope, theme) for theme in scope.themes}
    for (kind, theme), figure in sorted((scope.pooled or {}).items()):
        key = "report.pooled.perhaps" if figure.perhaps_nothing else "report.pooled"
        yield scope.t(
            key,
            kind=kind.replace("_", " "),
            theme=titles.get(theme, theme),
            points=figure.points,
            low=figure.low,
            high=figure.high,
        )
