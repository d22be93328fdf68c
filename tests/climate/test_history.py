"""Earlier surveys go through the same sealing, release and signals."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from monitor.climate.history import import_history, preview_history
from monitor.climate.history_names import Names, read_names
from monitor.climate.results import results
from monitor.config.folders import DEFAULTS, ROOT
from monitor.context import AppContext
from monitor.errors import FileRefused, InputRefused, RoundRefused
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import Questionnaire, load, parse
from monitor.store.engine import reading
from monitor.store.tables import survey_round
from tests.climate.conftest import TREE
from tests.questions import questionnaire_text

REAL = ROOT.parent / "shared" / "data" / "lq2002.csv"
EXAMPLE = DEFAULTS / "examples" / "leadership.toml"
QUESTIONS = questionnaire_text(werk=("fijn", "goed"))


@pytest.fixture
def questions() -> Questionnaire:
    """One theme of two questions."""
    return parse(QUESTIONS, "questions.toml")


def sheet(period: str, unit: str, *answers: object) -> str:
    """One row of the file."""
    return ",".join([period, unit, *map(str, answers)]) + "\n"


def import_text(
    context: AppContext,
    questions: Questionnaire,
    text: str,
    now: datetime,
    names: Names | None = None,
) -> tuple[str, ...]:
    """Import a file; the periods it held."""
    content = text.encode()
    imported = import_history(context, content, "h.csv", questions, names or Names(), "test", now)
    return imported.periods


def periods(context: AppContext) -> list[str]:
    """Every period the store knows."""
    with reading(context.engine) as connection:
        return list(connection.execute(select(survey_round.c.period)).scalars())


def test_sheets_become_sealed_months(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    text = "unit,period,goed,fijn\n"
    for month, answer in (("2025-03", 4), ("2025-02", 2)):
        text += "".join(f"oost,{month},{answer},\n" for _ in range(3))
        text += "".join(f"oost,{month},{answer},5\n" for _ in range(6))
        text += f"oost,{month},,\n" + f"west,{month},1,1\n" * 4

    assert import_text(context, questions, text, now) == ("2025-02", "2025-03")

    release = results(context.engine)
    theme = release.figure("2025-03", "oost", "theme", "werk")
    assert theme is not None
    assert theme.value == 83  # of 75 and 90 at most
    hidden = release.figure("2025-03", "west", "theme", "werk")
    assert hidden is not None
    assert hidden.value is None


def test_a_sealed_month_is_not_written_over(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    text = "period,unit,fijn,goed\n" + sheet("2025-02", "oost", 4, 4) * 6
    import_text(context, questions, text, now)
    before = list(results(context.engine).rows())

    with pytest.raises(RoundRefused) as refusal:
        import_text(context, questions, text + sheet("2025-04", "oost", 1, 1), now)

    assert refusal.value.key == "history.taken"
    assert list(results(context.engine).rows()) == before
    assert periods(context) == ["2025-02"]


def test_every_fault_is_reported_and_nothing_is_stored(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    text = (
        "period,unit,fijn,goed\n"
        + sheet("2025-02", "oost", 4, 6)
        + sheet("2025-2", "oost", 4, "x")
        + sheet("2025-02", "noord", 4, 4)
        + sheet("2025-02", "", 4, 4.0)
    )
    with pytest.raises(FileRefused) as refusal:
        import_text(context, questions, text, now)
    assert [(f.key, f.words["line"]) for f in refusal.value.faults] == [
        ("history.answer", 2),
        ("series.period", 3),
        ("history.answer", 3),
        ("file.unit_unknown", 4),
        ("file.blank", 5),
        ("history.answer", 5),
    ]
    assert periods(context) == []


def test_names_in_the_file_may_differ(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    names = read_names(
        b'[columns]\n"Vraag 1" = "fijn"\n"Vraag 2" = "goed"\n[units]\n"Team Oost" = "oost"\n', "m"
    )
    text = "period,unit,Vraag 1,VRAAG 2\n" + sheet("2025-02", "Team Oost", 3, 3) * 6

    import_text(context, questions, text, now, names)

    theme = results(context.engine).figure("2025-02", "oost", "theme", "werk")
    assert theme is not None
    assert theme.value == 50


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"[columns", "toml.syntax"),
        (b"columns = 3", "history.map_shape"),
        (b"[vragen]\na = 'b'", "history.map_shape"),
        (b"[units]\na = 3", "history.map_shape"),
    ],
)
def test_a_malformed_map_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_names(content, "map.toml")
    assert refusal.value.key == key


def test_a_map_to_an_unknown_question_is_refused(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    with pytest.raises(InputRefused) as refusal:
        import_text(context, questions, "period,unit,fijn\n", now, Names(columns={"a": "nergens"}))
    assert refusal.value.key == "history.map_question"


@pytest.mark.slow
def test_imported_months_give_signals(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    text = "period,unit,fijn,goed\n"
    for month in range(1, 10):
        text += sheet(f"2025-{month:02d}", "oost", *((5, 4) if month < 7 else (1, 2))) * 12
    import_text(context, questions, text, now)

    signal = results(context.engine).figure("2025-07", "oost", "signal", "werk")
    assert signal is not None
    assert signal.value == "down"


@pytest.mark.skipif(not REAL.exists(), reason=f"the real answers are not here: {REAL}")
def test_2042_real_answers_come_out_as_they_went_in(context: AppContext, now: datetime) -> None:
    with REAL.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    units = sorted({row["unit"] for row in rows})
    tree = Tree((Unit("leger", None, "Leger"), *(Unit(u, "leger", u) for u in units)))
    import_tree(context.engine, tree, "test", now)
    questions = load(EXAMPLE)

    imported = import_history(
        context, REAL.read_bytes(), REAL.name, questions, Names(), "test", now
    )

    assert (imported.periods, imported.answers, len(units)) == (("2001-06",), 2042, 49)
    release = results(context.engine)
    for theme, start, size in (("leadership", "LEAD", 11), ("significance", "TSIG", 3)):
        columns = [f"{start}{n:02d}" for n in range(1, size + 1)]
        means: dict[str, list[float]] = defaultdict(list)
        for row in rows:
            score = sum(25 * (int(row[c]) - 1) for c in columns) / size
            means[row["unit"]].append(score)
            means["leger"].append(score)
        for unit, values in means.items():
            figure = release.figure("2001-06", unit, "theme", theme)
            assert figure is not None
            assert isinstance(figure.value, int)
            # A question at an end is clamped, which may move its theme a little.
            assert abs(figure.value - sum(values) / len(values)) <= 0.5 + 10 / size
    brigade = release.figure("2001-06", "leger", "theme", "leadership")
    assert brigade is not None
    assert brigade.n_band == "50+"


@pytest.mark.parametrize(
    ("period", "key"),
    [
        ("2062-03", "history.future"),
        ("mrt-25", "series.named_month"),
        ("25-mrt", "series.named_month"),
        ("2025-03-02", "series.period"),
    ],
)
def test_a_month_that_cannot_be_meant_is_refused(
    context: AppContext, questions: Questionnaire, now: datetime, period: str, key: str
) -> None:
    import_tree(context.engine, TREE, "test", now)

    with pytest.raises(FileRefused) as refusal:
        import_text(context, questions, f"period,unit,fijn,goed\n{period},oost,4,4\n", now)

    assert [fault.key for fault in refusal.value.faults] == [key]
    assert periods(context) == []


def test_the_new_month_may_be_read_in_from_its_first_hour(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    """In the Netherlands it is November; in UTC it is still October."""
    import_tree(context.engine, TREE, "test", now)
    first_hour = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)

    import_text(context, questions, "period,unit,fijn,goed\n2026-11,oost,4,4\n", first_hour)

    assert periods(context) == ["2026-11"]


MAP = """
[columns]
"Tijdstempel" = "period"
"Bij welk team  werk je?" = "unit"
"Het is fijn." = "fijn"
"Het is goed" = "goed"
[units]
"Team Oost\u00a0" = "oost"
[answers]
"helemaal mee eens" = 5
"weet ik niet" = 0
"""


@pytest.mark.parametrize("moment", ["2025/02/14 10:22:31 a.m. CET", "14-2-2025 10:22:31"])
def test_an_export_of_an_online_form_is_read_through_a_map(
    context: AppContext, questions: Questionnaire, now: datetime, moment: str
) -> None:
    import_tree(context.engine, TREE, "test", now)
    heading = "Tijdstempel,E-mailadres,Bij welk team werk je?,Het is fijn.,Het is goed,Opmerking\n"
    row = f"{moment},,team oost,Helemaal mee eens,5,S\u00c3\u00ba\n"
    rows = row * 6 + row.replace(",5,", ",weet ik niet,")

    imported = import_history(
        context,
        (heading + rows).encode(),
        "forms.csv",
        questions,
        read_names(MAP.encode(), "map.toml"),
        "test",
        now,
    )

    assert imported.periods == ("2025-02",)
    assert [note.key for note in imported.notes] == ["file.ignored"]
    assert "Opmerking" in str(imported.notes[0].words["columns"])
    theme = results(context.engine).figure("2025-02", "oost", "theme", "werk")
    assert theme is not None
    assert theme.value == 90


# The headings and moments are those of exports in public repositories and manuals; the rows were
# made for these tests.
LIMESURVEY = (
    '"id. Response ID","submitdate. Date submitted","lastpage. Last page",'
    '"startlanguage. Start language","seed. Seed","team. In welk team werk je?",'
    '"fijn. Het is fijn.","goed. Het is goed"\n',
    '"7","2025-02-14 10:22:31","2","nl","1178202","Team Oost","helemaal mee eens","5"\n',
)
GOOGLE_FORMS = (
    "Timestamp,Email Address,In welk team werk je?,Het is fijn.,Het is goed\n",
    "2/14/2025 10:22:31,,Team Oost,Helemaal mee eens,5\n2/3/2025 9:01:02,,Team Oost,5,5\n",
)
MICROSOFT_FORMS = (
    "ID,Start time,Completion time,Email,Name,Last modified time,In welk team werk je?,"
    "Het is fijn.,Het is goed\n",
    "1,2/14/25 10:20:02,2/14/25 10:22:31,anonymous,,,Team Oost,Helemaal mee eens,5\n",
)
MICROSOFT_FORMS_NL = (
    "Id;Begintijd;Tijd van voltooien;E-mail;Naam;In welk team werk je?;Het is fijn.;Het is goed\n",
    "1;14/02/2025 10:20:02;14/02/2025 10:22:31;anonymous;;Team Oost;Helemaal mee eens;5\n"
    "2;03/02/2025 10:20:02;03/02/2025 10:22:31;anonymous;;Team Oost;Helemaal mee eens;5\n",
)
FORM_MAP = """
[columns]
"submitdate. Date submitted" = "period"
"Timestamp" = "period"
"Completion time" = "period"
"Tijd van voltooien" = "period"
"team. In welk team werk je?" = "unit"
"In welk team werk je?" = "unit"
"fijn. Het is fijn." = "fijn"
"Het is fijn." = "fijn"
"goed. Het is goed" = "goed"
"Het is goed" = "goed"
[units]
"Team Oost" = "oost"
[answers]
"helemaal mee eens" = 5
"""


@pytest.mark.parametrize("export", [LIMESURVEY, GOOGLE_FORMS, MICROSOFT_FORMS, MICROSOFT_FORMS_NL])
def test_the_exports_of_three_form_programs_are_read(
    context: AppContext, questions: Questionnaire, now: datetime, export: tuple[str, str]
) -> None:
    import_tree(context.engine, TREE, "test", now)
    heading, rows = export
    names = read_names(FORM_MAP.encode(), "map.toml")
    content = (heading + rows * 6).encode("utf-8-sig")

    imported = import_history(context, content, "export.csv", questions, names, "test", now)

    assert imported.periods == ("2025-02",)


@pytest.mark.parametrize(
    "moments",
    [("3/4/2025 10:22", "4/3/2025 10:22"), ("13/4/2025 10:22", "4/13/2025 10:22")],
)
def test_where_no_moment_tells_which_number_is_the_day_the_file_is_refused(
    context: AppContext, questions: Questionnaire, now: datetime, moments: tuple[str, str]
) -> None:
    import_tree(context.engine, TREE, "test", now)
    text = "period,unit,fijn,goed\n" + "".join(f"{moment},oost,4,4\n" for moment in moments * 5)

    with pytest.raises(FileRefused):
        import_text(context, questions, text, now)


def test_answers_may_be_in_the_words_of_the_questionnaire(
    context: AppContext, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    words = QUESTIONS.replace('{ nl = "4" }', '{ nl = "mee eens", en = "agree" }')
    text = "period,unit,fijn,goed\n" + "2025-02,oost,Mee\u00a0eens,AGREE\n" * 6

    import_text(context, parse(words, "q.toml"), text, now)

    theme = results(context.engine).figure("2025-02", "oost", "theme", "werk")
    assert theme is not None
    assert theme.value == 75


def test_numbers_of_a_scale_that_ran_the_other_way_may_be_mapped(
    context: AppContext, questions: Questionnaire, now: datetime
) -> None:
    import_tree(context.engine, TREE, "test", now)
    names = Names(answers={"1": 5, "5": 1})
    text = "period,unit,fijn,goed\n" + sheet("2025-02", "oost", 1, 1) * 9

    import_text(context, questions, text, now, names)

    figure = results(context.engine).figure("2025-02", "oost", "theme", "werk")
    assert figure is not None
    assert figure.value == 90  # all in favour, at the end of the scale


@pytest.mark.parametrize(
    ("answers", "keys"), [((1, 2, 3, 4), ["history.no_highest"]), ((1, 5), [])]
)
def test_a_scale_without_its_highest_answer_is_told_beforehand(
    context: AppContext,
    questions: Questionnaire,
    now: datetime,
    answers: tuple[int, ...],
    keys: list[str],
) -> None:
    import_tree(context.engine, TREE, "test", now)
    rows = "".join(sheet("2025-02", "oost", answer, answer) for answer in answers) * 20
    content = ("period,unit,fijn,goed\n" + rows).encode()

    _, notes = preview_history(context, content, "h.csv", questions, Names(), now)

    assert [note.key for note in notes] == keys
    # The control: too few to say.
    few = ("period,unit,fijn,goed\n" + rows[: len(rows) // 10]).encode()
    assert preview_history(context, few, "h.csv", questions, Names(), now)[1] == ()


def test_names_that_read_alike_must_mean_the_same() -> None:
    with pytest.raises(InputRefused) as refusal:
        read_names('[units]\n"Team Oost" = "a"\n"team\u00a0oost" = "b"\n'.encode(), "map.toml")

    assert refusal.value.key == "history.map_alike"
