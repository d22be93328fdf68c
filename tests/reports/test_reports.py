"""Reports hold released figures only, in words first, and are read by everybody's software."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pdfua
import pypdf
import pytest
from click.testing import CliRunner

from monitor.climate import close_round
from monitor.climate.results import results
from monitor.commands.results import export
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.followup import kinds
from monitor.followup.records import ActionState, Answer, Outcome, as_of
from monitor.locale import formats, texts
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.reports import (
    blocks,
    findings,
    logged_acts,
    make,
    mt,
    paper,
    theme_cards,
    works_council,
)
from monitor.reports.blocks import texts_in
from monitor.reports.scope import Scope, without_figures
from tests.reports.conftest import COUNT, FIRST, LATEST, NORTH, TODAY, text_of

EACH = ("nl", "en")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
STRUCTURE = {"0", "100", "19", "20", "112"} | {str(n) for n in range(1, 7)}
"""The scale, "19 of 20", the emergency number, and what numbers sentences, pages and decisions."""


def scope(context: AppContext, unit: str | None = None, language: str = "nl") -> Scope:
    return make.scope(context, unit, None, TODAY, texts(language))


def exported(tmp_path: Path) -> list[dict[str, str]]:
    out = tmp_path / "export.csv"
    done = CliRunner().invoke(export, ["--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def numbers_of(rows: list[dict[str, str]]) -> set[str]:
    columns = ("value", "low", "high", "n_band", "note")
    found = {n for row in rows for column in columns for n in NUMBER.findall(row[column])}
    return found | {n.replace(".", ",") for n in found}


def in_dates(words: str) -> str:
    """The words without months, days, version and control number, which are no figures."""
    months = r"(\d+ )?\b[a-z]+\.? 20\d\d"
    words = re.sub(r"[0-9a-f]{64}", "", words, flags=re.IGNORECASE)
    return re.sub(rf"{months}|SHA-256|Teamklimaat \d+\.\d+\.\d+", "", words, flags=re.IGNORECASE)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_number_is_in_the_export(town: AppContext, tmp_path: Path, language: str) -> None:
    content = make.mt_report(scope(town, language=language))
    allowed = numbers_of(exported(tmp_path)) | STRUCTURE
    printed = set(NUMBER.findall(in_dates(text_of(content))))
    assert len(printed) > 12
    assert printed - allowed == set()
    # The control: a number of no row is noticed.
    assert {"62.7"} - allowed


@pytest.mark.slow
def test_the_first_page_says_what_is_the_matter_and_where(town: AppContext) -> None:
    words = text_of(make.mt_report(scope(town)))
    assert "Bij 1 van de 6 teams is er een nieuw signaal van lager." in words
    assert "1 van 4 lager" in words
    assert "Vervanging bij ziekte" in words
    assert "Elke maandag een kwartier" not in words  # what a team does itself is the team's
    assert "noord0" not in words.lower()  # no team is named that asked nothing


def test_a_department_of_two_teams_has_no_count(town: AppContext) -> None:
    (rows,) = [
        block.rows for block in findings.signals(scope(town)) if isinstance(block, blocks.Table)
    ]
    assert {cells[3] for cells in rows} == {"1 van 4 lager"}


def test_whoever_sees_the_top_only_reads_of_no_department(town: AppContext) -> None:
    seen = make.scope(town, None, None, TODAY, texts("nl"), by_department=False)
    words = " ".join(texts_in(mt.first_page(seen)))
    assert "Noord" not in words
    assert "Bij 1 van de 6 teams" in words
    assert "Noord" in " ".join(texts_in(mt.first_page(scope(town))))


@pytest.mark.slow
def test_the_works_council_reads_whether_the_agreements_were_kept(town: AppContext) -> None:
    chosen = scope(town)
    kept = works_council.Records(
        5,
        ("2026-09",),
        (works_council.LogDay(TODAY, "preferences.change"),),
        (works_council.ReleasedTheme("2026Q3", "pressure", "5-9"),),
    )
    words = " ".join(texts_in(works_council.document(chosen, kept).blocks))
    for part in ("september 2026", "1 keer", "5–9", "Wat niet beschermd is", "RI&E"):
        assert part in words
    assert make.works_council_report(town, chosen).startswith(b"%PDF")


def test_every_change_in_the_log_is_counted_or_left_out_on_purpose() -> None:
    named = [key.removeprefix("log.") for key in texts("nl").sentences if key.startswith("log.")]
    groups = ("actor", "contact", "count", "edit", "field", "none", "value", "view")
    actions = {name for name in named if "." in name and name.partition(".")[0] not in groups}
    counted = [logged_acts.SETTINGS_CHANGED, logged_acts.ACCOUNT_CHANGES]
    counted += [logged_acts.OPERATOR_ACTS, logged_acts.NOT_COUNTED]
    of_groups = (logged_acts.READER_CHANGES, logged_acts.DECISIONS)
    counted += [frozenset(names) for group in of_groups for names in group.values()]
    assert frozenset.union(*counted) == actions
    assert sum(map(len, counted)) == len(actions)


def test_a_key_that_was_made_is_told(town: AppContext) -> None:
    log = (works_council.LogDay(TODAY, "luisteraar.first"),)
    records = works_council.Records(5, (), log, (), works_council.Listeners(1, 2, 9))
    words = " ".join(texts_in(works_council.document(scope(town), records).blocks))
    assert "1 gemaakt, 0 eerder begonnen" in words
    assert "lezen: 1; sleutels die nog wachten: 2;" in words
    assert "voor zover nog bekend: 9" in words


def test_a_report_on_earlier_months_knows_nothing_of_later_ones(town: AppContext) -> None:
    earlier = make.scope(town, None, periods.shifted(LATEST, -1), TODAY, texts("nl"))
    assert "Vervanging bij ziekte" not in " ".join(texts_in(mt.document(earlier).blocks))
    (agreed,) = (a for a in scope(town).actions if a.title == "Vervanging bij ziekte")
    closed = replace(
        agreed, state=ActionState.CLOSED, outcome=Outcome.DONE, why="klaar", closed_on=TODAY
    )
    answered = replace(closed, answer=Answer("Ja.", TODAY))
    assert as_of(answered, TODAY - timedelta(1)) == agreed
    assert as_of(answered, TODAY) == answered


def test_two_years_of_months_fit_beside_each_other(town: AppContext) -> None:
    whole = make.scope(town, None, None, TODAY, texts("nl"), months=COUNT)
    first, last = theme_cards.theme_tables(whole)
    assert isinstance(first, blocks.Table)
    assert isinstance(last, blocks.Table)
    assert (len(first.headers), len(last.headers)) == (1 + 12, 1 + COUNT - 12 + 2)
    assert len(first.rows[0]) - 1 + len(last.rows[0]) - 3 == COUNT


def test_agreements_are_marked_in_the_drawing_and_named_beneath_it(town: AppContext) -> None:
    cards, _, flags = theme_cards.cards(scope(town, "noord0"))
    assert isinstance(cards, blocks.Cards)
    assert all(card.svg.count("<rect") >= 2 and ">2</text>" in card.svg for card in cards.cards)
    assert "Afspraak 1 begon in augustus 2026." in cards.cards[0].alt
    assert "1 Elke maandag een kwartier (vanaf augustus 2026); 2 Vervanging" in str(flags)
    # The control: what a team agreed stands in no drawing of the units above it.
    assert len(list(theme_cards.cards(scope(town)))) == 2


@pytest.mark.slow
def test_a_kind_of_agreement_is_told_in_words(town: AppContext) -> None:
    words = {language: text_of(make.mt_report(scope(town, None, language))) for language in EACH}
    assert "een vast moment om te praten" in words["nl"]
    assert "a fixed moment to talk" in words["en"]
    assert all("bezetting" in each for each in words.values())  # as it was typed
    assert {kinds.title(kind, texts("nl")) for kind in kinds.Kind}.isdisjoint(kinds.Kind)


@pytest.mark.slow
def test_the_sheet_of_a_team_begins_with_what_was_agreed(town: AppContext) -> None:
    content = make.sheet(town, scope(town, "noord0"))
    words = text_of(content)
    assert words.index("Elke maandag een kwartier") < words.index("De uitkomsten")
    assert len(pypdf.PdfReader(BytesIO(content)).pages) == 1


@pytest.mark.slow
def test_names_are_text_and_never_markup(town: AppContext) -> None:
    words = text_of(make.mt_report(scope(town, "zuid")))
    assert '#panic("x") *Ümit*' in words
    assert "\u202e" not in words
    assert "\ufffd" in words  # letters without a font leave a mark


def test_a_month_that_is_not_there_is_refused(town: AppContext) -> None:
    for unit, until in ((None, "2024-01"), ("nergens", None)):
        with pytest.raises(InputRefused):
            make.scope(town, unit, until, TODAY, texts("nl"))
    assert make.scope(town, None, FIRST, TODAY, texts("nl")).periods == (FIRST,)


def test_what_there_is_no_report_of_is_named_as_people_name_it(
    town: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit by its name once it has one, and only to a reader of it; a month as a month."""
    today = Tree((Unit("stad", None, "Stad"), Unit("later", "stad", "Team Later")))
    monkeypatch.setattr(make, "current_tree", lambda _engine: today)

    def sentence(unit: str, until: str | None = None, within: frozenset[str] | None = None) -> str:
        with pytest.raises(InputRefused) as refused:
            make.scope(town, unit, until, TODAY, texts("nl"), within=within)
        return texts("nl")(refused.value.key, **refused.value.words)

    latest, never = (formats.month(each, "nl") for each in (LATEST, periods.shifted(LATEST, 1)))
    assert sentence("later") == f"Team Later hoorde in {latest} niet bij de organisatie."
    assert sentence("later", within=frozenset({"noord"})).startswith("Er is geen onderdeel")
    assert sentence("nergens").startswith("Er is geen onderdeel met de sleutel nergens.")
    assert sentence("noord", periods.shifted(LATEST, 1)) == (
        f"Van {never} zijn er geen uitkomsten. De laatste maand met uitkomsten is {latest}."
    )


def test_the_control_number_follows_the_figures_and_not_the_actions(town: AppContext) -> None:
    before = scope(town).control_number
    assert scope(town).control_number == before
    assert scope(town, "noord").control_number != before
    assert make.scope(town, None, FIRST, TODAY, texts("nl")).control_number != before


@pytest.mark.slow
def test_it_is_tagged_titled_and_for_the_archive(town: AppContext, tmp_path: Path) -> None:
    content = make.mt_report(scope(town))
    reader = pypdf.PdfReader(BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"]
    assert LATEST[:4] in str(reader.metadata and reader.metadata.title)
    xmp = root["/Metadata"].get_data()
    assert b"pdfuaid:part>1<" in xmp
    assert b"pdfaid:part>2<" in xmp
    assert b"pdfaid:conformance>A<" in xmp
    assert len(reader.outline[-1]) > 3
    fonts = {
        str(f["/BaseFont"]) for page in reader.pages for f in page["/Resources"]["/Font"].values()
    }
    assert all("SourceSansPro" in font or "NotoSans" in font for font in fonts)
    (tmp_path / "mt.pdf").write_bytes(content)
    elements = _elements(reader)
    assert "/TH" in {str(element.get("/S", "")) for element in elements}
    described = [str(e["/Alt"]) for e in elements if e.get("/S") == "/Figure" and "/Alt" in e]
    assert len(described) == len(scope(town).themes)
    assert all(words.startswith("Een lijn van") for words in described)
    headings = [b.text for b in mt.document(scope(town)).blocks if isinstance(b, blocks.Heading)]
    words = text_of(content)
    places = [words.index(heading) for heading in headings]
    assert places == sorted(places)  # it is read in the order in which it is written
    assert pdfua.validate(str(tmp_path / "mt.pdf")).findings == ()


def _elements(reader: pypdf.PdfReader) -> list[pypdf.generic.DictionaryObject]:
    """The structure elements in the file."""
    elements = []
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            elements.append(element)
            if "/K" in element:
                waiting.append(element["/K"])
    return elements


def test_a_paper_of_ours_becomes_a_document(town: AppContext) -> None:
    text = "# Titel\n\n**Let op:** een zin.\n\n- **Een**: of\n- **twee**\n\n## Deel\n\nSlot."
    document = paper.document(text, "Stad", "26 november 2026", texts("nl"))
    content = make.set_document(document, TODAY)
    assert document.title == "Titel"
    (points,) = (part for part in document.blocks if isinstance(part, blocks.Bullets))
    assert (points.leads, points.items) == (("Een:", "twee"), ("of", ""))
    words = text_of(content)
    for part in ("Let op: een zin.", "Een: of", "twee", "Deel", "Slot."):
        assert part in words
    assert "**" not in words


def test_who_no_longer_leads_a_unit_reads_nothing_of_it(town: AppContext) -> None:
    """A unit that was beneath another then, and is not now, is in no count, row or request."""
    led = frozenset({"noord", *NORTH}) - {"noord0"}
    chosen = make.scope(town, "noord", None, TODAY, texts("nl"), within=led)
    words = " ".join(texts_in(mt.document(chosen).blocks))
    assert chosen.teams == NORTH[1:]
    assert "1 van" not in words
    assert "Vervanging bij ziekte" not in words
    # The control: who leads it does.
    everything = scope(town, "noord")
    assert everything.teams == NORTH
    assert "Vervanging bij ziekte" in " ".join(texts_in(mt.document(everything).blocks))


def test_a_team_of_six_has_figures_though_no_band(context: AppContext, now: datetime) -> None:
    import_tree(
        context.engine, Tree((Unit("stad", None, "Stad"), Unit("oost", "stad", "O"))), "test", now
    )
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-10", questions, None, "test", now)
    for invitation in issue.invite(context, "2026-10", {"oost": 6}, "test", now):
        ballot_box.submit(context, invitation.code, (4,) * len(questions.questions))
    close_round.close(context, "2026-10", "test", now)
    released = results(context.engine)
    response = released.figure("2026-10", "oost", "response", "response")
    assert response is not None
    assert response.value is None  # no band is wide enough
    assert without_figures(released, "2026-10", ["oost"]) == 0
