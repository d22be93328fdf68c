"""The export is the complete release: every number on every page, in every table, chart and
sentence is a figure of the export for that very unit, or the same for everybody.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import cycle
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from sqlalchemy import select
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from monitor import clock, locale
from monitor.access import accounts, results_link, sessions
from monitor.access.roles import Role
from monitor.climate import close_round
from monitor.commands.results import results as command
from monitor.config.settings import ROOT
from monitor.context import AppContext, current_context, use_context
from monitor.dashboard import session
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import writing
from monitor.store.tables import account
from tests.plain_pages import application
from tests.promises import sheets
from tests.promises.conftest import installation
from tests.stores import BOTH

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("wijken", "stad", "Wijken"),
        Unit("oost", "wijken", "Oost"),
        Unit("west", "wijken", "West"),
        Unit("balie", "stad", "Balie"),
    )
)
PLACES = {"oost": 39, "west": 17, "balie": 13}
MONTHS = {
    "2026-05": {"oost": (37, (1, 3, 5, 4)), "west": (11, (2, 4)), "balie": (6, (5, 5, 4))},
    "2026-06": {"oost": (33, (2, 3, 5)), "west": (4, (2, 4)), "balie": (7, (1,))},
    "2026-07": {"oost": (31, (1, 2, 4)), "west": (12, (1, 2)), "balie": (3, (3,))},
    "2026-08": {"oost": (36, (1, 2, 5)), "west": (13, (1, 1, 2)), "balie": (8, (5,))},
}
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
DOT = re.compile(r"M[\d.]+,([\d.]+)h0")
Row = dict[str, str]
Open = Callable[..., AppTest]


@pytest.fixture(scope="module", params=BOTH)
def context(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppContext]:
    """Sealed months, with too small, very low and very high figures; no test changes them."""
    folder = tmp_path_factory.mktemp("export")
    with ExitStack() as stack:
        context = stack.enter_context(installation(request, folder))
        _answer(context)
        use_context(context)
        stack.callback(use_context, None)
        yield context


def _answer(context: AppContext) -> None:
    import_tree(context.engine, TREE, "test", NOW)
    questions = load(context.settings.questionnaire_file)
    for period, answers in MONTHS.items():
        rounds.open_round(context, period, questions, None, "test", NOW)
        invitations = issue.invite(context, period, PLACES, "test", NOW)
        filled = []
        for unit, (people, in_turn) in answers.items():
            turns = cycle(in_turn)
            for code in [i.code for i in invitations if i.unit == unit][:people]:
                filled.append((code, [next(turns) for _ in questions.questions]))
        sheets.submit(context, filled)
        close_round.close(context, period, "test", NOW)


@pytest.fixture(scope="module")
def rows(context: AppContext, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """The rows of the export."""
    out = tmp_path_factory.mktemp("written") / "export.csv"
    assert current_context() is context
    assert CliRunner().invoke(command, ["export", "--out", str(out)]).exit_code == 0
    with out.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def token(context: AppContext) -> str:
    """A session of the leidinggevende of the whole organisation."""
    email, now = "directeur@stad.example", clock.now()
    accounts.add(context.engine, email, Role.LEIDINGGEVENDE, "stad", "test", now)
    with writing(context.engine) as connection:
        account_ids = connection.execute(select(account.c.id).where(account.c.email == email))
        return sessions.start(connection, account_ids.scalar_one(), now)


@pytest.fixture
def open_page(token: str, rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> Open:
    """``open_page("verloop", onderdeel="oost")`` opens a page for that leidinggevende."""
    monkeypatch.setattr(session, "cookie", lambda _secure: token)

    def visit(address: str, **query: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / "monitor/dashboard/main.py"), default_timeout=60)
        page._page_hash = calc_hash(address)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        assert rows
        assert not page.exception
        return page

    return visit


@pytest.mark.slow
@pytest.mark.parametrize("address", ["", "verloop"])
@pytest.mark.parametrize("unit", ["stad", "oost", "west"])
def test_every_number_about_a_unit_is_in_the_export(
    rows: list[Row], open_page: Open, address: str, unit: str
) -> None:
    page = open_page(address, onderdeel=unit)

    # The overview names the units right beneath as well.
    shown = (unit, *TREE.children(unit)) if address == "" else (unit,)
    assert foreign(_written(page), [row for each in shown for row in _of(rows, each)]) == set()
    frames = list(_frames(page))
    assert frames or address == "" or unit == "west"
    assert _sayings(page) or address == ""
    for frame in frames:
        assert [row for row in _score_rows(frame) if not _released(row, _of(rows, unit))] == []
        assert _bands(frame) <= {
            (row["period"], row["low"], row["high"])
            for row in _of(rows, unit)
            if row["kind"] == "chance"
        }


@pytest.mark.parametrize("period", ["2026-06", "2026-08"])
@pytest.mark.parametrize("unit", ["stad", "oost", "west"])
def test_every_number_about_questions_is_in_the_export(
    rows: list[Row], open_page: Open, unit: str, period: str
) -> None:
    page = open_page("vragen", onderdeel=unit, maand=period)
    # The own earlier level is that of the month in which a change began.
    of_month = [row for row in _of(rows, unit) if row["period"] == period or row["kind"] == "level"]

    assert foreign(_written(page), of_month) == set()
    shares = [row["value"] for row in of_month if row["kind"] == "distribution" and row["value"]]
    assert ('class="shares"' in _markup(page)) == bool(shares)


@pytest.mark.parametrize("period", ["2026-06", "2026-08"])
def test_every_number_beside_units_is_in_the_export(
    rows: list[Row], open_page: Open, period: str
) -> None:
    page = open_page("onderdelen", maand=period)
    # The own earlier level is that of the month in which a change began.
    of_month = [row for row in rows if row["period"] == period or row["kind"] == "level"]

    assert foreign(_written(page), of_month) == set()
    for frame in _frames(page):
        assert [row for row in _score_rows(frame) if not _released(row, of_month)] == []


@pytest.mark.slow
@pytest.mark.parametrize("unit", [unit.key for unit in TREE.units])
def test_every_number_on_a_teams_own_page_is_in_the_export(
    context: AppContext, rows: list[Row], unit: str
) -> None:
    with TestClient(application(), headers={"accept-language": "nl"}) as browser:
        answer = browser.get(f"/resultaten/{results_link.token(context.secret, unit, 0)}")
    page = _Page()
    page.feed(answer.text)

    assert answer.status_code == 200
    assert foreign(page.text, _of(rows, unit)) == set()
    drawn = {round(100 - y) for y in page.dots}
    assert drawn <= {int(row["value"].strip("<>=")) for row in _scores(_of(rows, unit))}


@pytest.mark.slow
def test_an_exact_number_of_people_or_another_score_would_be_noticed(rows: list[Row]) -> None:
    """The control: numbers of people, scores and months that are not in the export."""
    of_team = _of(rows, "oost")
    score = int(next(row["value"] for row in _scores(of_team) if row["period"] == "2026-05"))

    exact = {
        (period, unit): foreign(
            f"Er waren {people} antwoorden.",
            [row for row in _of(rows, unit) if row["period"] == period],
        )
        for period, answers in MONTHS.items()
        for unit, (people, _) in answers.items()
    }
    # Some exact numbers are figures by chance; most are not.
    assert sum(map(bool, exact.values())) > len(exact) / 2
    honest = {"month": "2026-05-01", "score": score, "low": None, "high": None}
    assert _released(honest, of_team)
    scores = {int(row["value"].strip("<>=")) for row in _scores(of_team)}
    other = min(set(range(11, 90)) - scores)
    assert not _released(honest | {"score": other}, of_team)
    assert not _released(honest | {"month": "2026-04-01"}, of_team)


def foreign(text: str, rows: Sequence[Row]) -> set[str]:
    """Numbers in a text that are neither in these rows nor in the text that everybody reads."""
    columns = ("period", "value", "low", "high", "n_band", "note")
    released = {number for row in rows for name in columns for number in NUMBER.findall(row[name])}
    return set(NUMBER.findall(text)) - released - _in_every_text()


def _in_every_text() -> set[str]:
    """Numbers that stand in the sentences themselves."""
    numbers: set[str] = set()
    for domain in ("agreed", "dashboard", "results", "signals", "staff"):
        with (locale.FOLDER / "nl" / f"{domain}.po").open("rb") as file:
            written = " ".join(str(message.string) for message in read_po(file) if message.id)
        numbers |= set(NUMBER.findall(re.sub(r"{.*?}", "", written)))
    return numbers


def _of(rows: Sequence[Row], unit: str) -> list[Row]:
    return [row for row in rows if row["unit"] == unit]


def _scores(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["kind"] in ("theme", "question") and row["value"]]


def _written(page: AppTest) -> str:
    """All text on the page: sentences, cells, our own HTML, and what charts say and are said
    to be."""
    return "\n".join(
        [
            _readable(page),
            *_sayings(page),
            *(str(e.value) for kind in (page.title, page.header, page.caption) for e in kind),
            *(str(e.value) for kind in (page.markdown, page.metric) for e in kind),
            *(e.value.to_csv(sep="|") for e in page.table),
            *(chart.proto.alt for chart in page.get("vega_lite_chart")),
        ]
    )


def _markup(page: AppTest) -> str:
    """Our own HTML, without the style rules."""
    bodies = (element.proto.body for element in page.get("html"))
    return "\n".join(body for body in bodies if "<style" not in body)


def _readable(page: AppTest) -> str:
    """The words in our own HTML, and those for who hears it; no style, no address."""
    parsed = _Page()
    # Words stand apart, as they do on the page.
    parsed.feed(_markup(page).replace("<", " <"))
    return parsed.text


def _sayings(page: AppTest) -> list[str]:
    """Everything a chart says when it is pointed at, whatever is pointed at."""
    frames = [frame for frame in _frames(page) if "says" in frame.columns]
    return [str(words) for frame in frames for words in frame["says"]]


def _frames(page: AppTest) -> Iterator[pd.DataFrame]:
    """The data that each chart sends to the browser, a frame for each of its layers."""
    for chart in page.get("vega_lite_chart"):
        layers = json.loads(chart.proto.spec)["layer"]
        assert not any("values" in layer.get("data", {}) for layer in layers)
        for dataset in chart.proto.datasets:
            yield pa.ipc.open_stream(dataset.data.data).read_pandas()


def _score_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a chart that have a score."""
    return frame.to_dict("records") if "score" in frame.columns else []


def _bands(frame: pd.DataFrame) -> set[tuple[str, str, str]]:
    """The control limits as a chart draws them: month and both ends."""
    if not {"month", "from"} <= set(frame.columns):
        return set()
    ends = zip(frame["month"], frame["from"], frame["to"], strict=True)
    return {(str(month)[:7], str(int(low)), str(int(high))) for month, low, high in ends}


def _released(chart_row: dict[str, Any], rows: Sequence[Row]) -> bool:
    """Whether a row of a chart is in the export, with month, score and interval."""
    return any(
        int(row["value"].strip("<>=")) == chart_row["score"]
        and str(chart_row.get("month", row["period"]))[:7] == row["period"]
        and all(chart_row.get(end) in (None, int(row[end])) for end in ("low", "high"))
        for row in _scores(rows)
    )


class _Page(HTMLParser):
    """The text of a page, and the heights of the dots in its drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.dots: list[float] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element, its label, and the height of a dot."""
        self._within = tag
        attributes = dict(attrs)
        for name in ("aria-label", "alt", "title"):
            self.text += f" {attributes.get(name) or ''} "
        if tag == "path" and attributes.get("class") == "dots":
            self.dots += map(float, DOT.findall(attributes["d"] or ""))

    def handle_data(self, data: str) -> None:
        """Keep the text, except styles and scripts."""
        if self._within not in ("style", "script"):
            self.text += data
