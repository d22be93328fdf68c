"""``signals``, ``history import`` and ``results export``."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from monitor.climate.export_rows import COLUMNS
from monitor.climate.results import results
from monitor.commands import release_workbook
from monitor.commands.output import write_table
from monitor.commands.release_workbook import Cover
from monitor.context import AppContext
from monitor.locale import texts
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests.climate.test_history import QUESTIONS, sheet
from tests.commands.conftest import run

HEAD = "unit,period,theme,n,score\n"


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEAMKLIMAAT_DATABASE_URL", f"sqlite:///{tmp_path / 'a.db'}")


def table(tmp_path: Path, text: str) -> str:
    """A file with that text."""
    file = tmp_path / "own.csv"
    file.write_text(text, "utf-8")
    return str(file)


def months(scores: list[object], unit: str = "a", n: object = 9) -> str:
    """One series, from January 2025."""
    return "".join(
        f"{unit},2025-{month:02d},werk,{n},{score}\n" for month, score in enumerate(scores, 1)
    )


def test_a_lasting_fall_gives_a_signal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = HEAD + months([62, 61, 63, 60, 62, 40, 41, 39])
    status, out, err = run(capsys, "signals", "--input", table(tmp_path, text))
    assert (status, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["signal"] for row in rows[:5]] == [""] * 5
    assert "down" in {row["signal"] for row in rows[5:]}
    assert all(float(row["cusum_down"]) >= 0 for row in rows)


def test_rows_keep_their_order_and_their_cells(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    text = "theme;score;n;period;unit;sd\nwerk;61,5;8;2025-02;b;19\nwerk;;;2025-01;a;\n"
    assert run(capsys, "signals", "--input", table(tmp_path, text), "--out", str(out))[0] == 0
    assert list(csv.reader(out.read_text("utf-8").splitlines()))[1:] == [
        ["b", "2025-02", "werk", "8", "61,5", "19", "0.000", "0.000", ""],
        ["a", "2025-01", "werk", "", "", "", "", "", ""],
    ]


def test_one_month_and_missing_months_are_accepted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, _ = run(capsys, "signals", "--input", table(tmp_path, HEAD + months([50])))
    assert status == 0
    assert out.splitlines()[1] == "a,2025-01,werk,9,50,0.000,0.000,"
    with_empty = HEAD + months([60, 61, "", 60, "", 20])
    without = "".join(line for line in with_empty.splitlines(True) if not line.endswith(",\n"))
    empty = run(capsys, "signals", "--input", table(tmp_path, with_empty))[1].splitlines()
    absent = run(capsys, "signals", "--input", table(tmp_path, without))[1].splitlines()
    assert [line for line in empty if not line.endswith(",,,,")] == absent


def test_a_stricter_threshold_gives_fewer_signals(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = table(tmp_path, HEAD + months([62, 61, 63, 60, 62, 48, 47, 49, 46, 48]))
    output = {
        years: run(capsys, "signals", "--input", file, "--years-per-false-alarm", years)[1]
        for years in ("1", "1000")
    }
    assert output["1"].count("down\n") > output["1000"].count("down\n")
    ten = run(capsys, "signals", "--input", file, "--years-per-false-alarm", "10")[1]
    assert run(capsys, "signals", "--input", file, "--threshold", "3.5151")[1] == ten


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + months(["zestig"]), "Regel 2: zestig kan niet in de kolom score."),
        (HEAD + months([101]), "Regel 2: 101 kan niet in de kolom score."),
        (HEAD + months(["nan"]), "Regel 2: nan kan niet in de kolom score."),
        (HEAD + months([-3]), "Regel 2: -3 kan niet in de kolom score."),
        (HEAD + months([60], n="acht"), "niet acht."),
        (HEAD + months([60], n=0), "niet 0."),
        (HEAD + "a,maart,werk,9,60\n", "Regel 2: maart is geen maand."),
        (HEAD + months([60]) * 2, "staan al op regel 2"),
        (HEAD + ",2025-01,werk,9,60\n", "de kolom onderdeel (unit) is leeg"),
        (HEAD, "Er staan geen rijen"),
        (
            "unit,period,n,score\na,2025-01,9,60\n",
            "ontbreekt: theme. De kolommen zijn nu: unit, period, n, score",
        ),
    ],
)
def test_a_faulty_file_is_refused_with_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, sentence: str
) -> None:
    status, out, err = run(capsys, "signals", "--input", table(tmp_path, text))
    assert (status, out) == (2, "")
    assert sentence in err


@pytest.mark.parametrize(
    "options",
    [
        ("--threshold", "0"),
        ("--threshold", "nan"),
        ("--years-per-false-alarm", "-1"),
        ("--years-per-false-alarm", "inf"),
        ("--threshold", "3", "--years-per-false-alarm", "5"),
    ],
)
def test_an_impossible_threshold_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    file = table(tmp_path, HEAD + months([60]))
    status, out, err = run(capsys, "signals", "--input", file, *options)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1


def test_history_is_imported_once(
    context: AppContext, now: datetime, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
    questions = tmp_path / "questions.toml"
    questions.write_text(QUESTIONS, "utf-8")
    file = table(tmp_path, "period,unit,fijn,goed\n" + sheet("2024-05", "stad", 4, 4) * 7)
    arguments = ("history", "import", file, "--questionnaire", str(questions))
    assert run(capsys, *arguments) == (
        0,
        "Ingelezen: 7 ingevulde lijsten, van mei 2024 tot en met mei 2024. Ze zijn geteld en "
        "verzegeld; de lijsten zelf zijn niet bewaard.\n",
        "",
    )
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err == (
        "Voor mei 2024 is er al een ronde of een eerdere meting. Daar komt niets overheen.\n"
    )


def test_every_kind_of_export_holds_the_same(
    context: AppContext, now: datetime, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    test_history_is_imported_once(context, now, capsys, tmp_path)
    for kind in ("csv", "xlsx", "json"):
        assert run(capsys, "results", "export", "--out", str(tmp_path / f"o.{kind}"))[0] == 0
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as handle:
        plain = list(csv.DictReader(handle))
    as_json = json.loads((tmp_path / "o.json").read_text("utf-8"))
    _cover, *sheets = openpyxl.load_workbook(tmp_path / "o.xlsx").worksheets
    as_xlsx = []
    for sheet_ in sheets:
        head, *cells = sheet_.iter_rows(values_only=True)
        as_xlsx += [dict(zip(head, row, strict=True)) for row in cells]
    of_reports = [row for row in plain if row["kind"] in {"expected_false", "participation"}]
    assert len(plain) - len(of_reports) == len(list(results(context.engine).rows())) == 5
    assert len(of_reports) == 2
    for other in (as_json, as_xlsx):
        written = [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in other
        ]
        assert sorted(map(str, written)) == sorted(map(str, plain))


def test_an_unknown_kind_of_export_is_refused(
    context: AppContext, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, _, err = run(capsys, "results", "export", "--out", str(tmp_path / "o.pdf"))
    assert status == 2
    assert ".csv, .xlsx of .json" in err
    assert list(tmp_path.glob("*o.pdf*")) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\uff1d"])
def test_text_never_runs_as_a_formula(tmp_path: Path, kind: str, start: str) -> None:
    out = tmp_path / f"o.{kind}"
    evil = start + "HYPERLINK(1)"
    workbook = partial(
        release_workbook.write, cover=Cover("Stad", "1", date(2026, 11, 3)), t=texts("nl")
    )
    write_table(out, COLUMNS, [(evil, "stad", "theme", "k", "3", "", "", "", "")], workbook)
    if kind == "csv":
        cell: object = out.read_text("utf-8").splitlines()[1].lstrip('"')
    else:
        sheet_ = openpyxl.load_workbook(out)["theme"]
        assert sheet_["A2"].data_type == "s"
        cell = sheet_["A2"].value
    assert str(cell).startswith("'")


@pytest.mark.parametrize(
    ("scores", "scale", "same"),
    [
        (["72%", "71,0 %", "73%", "72%", "72%", "50%", "49%", "50%"], "", True),
        ([7.48, 7.39, 7.57, 7.48, 7.48, 5.5, 5.41, 5.5], "1-10", True),
        ([3.88, 3.84, 3.92, 3.88, 3.88, 3, 2.96, 3], "1-5", True),
        ([0.72, 0.71, 0.73, 0.72, 0.72, 0.5, 0.49, 0.5], "0-1", True),
        ([7.48, 7.39, 7.57, 7.48, 7.48, 5.5, 5.41, 5.5], "", False),
        ([3.88, 3.84, 3.92, 3.88, 3.88, 3, 2.96, 3], "", False),
        ([0.72, 0.71, 0.73, 0.72, 0.72, 0.5, 0.49, 0.5], "", False),
        (["72%", 0.71], "", False),
        ([12], "1-10", False),
        ([0.5], "1-5", False),
    ],
)
def test_scores_on_another_scale_are_read_as_such_or_refused(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    scores: list[object],
    scale: str,
    same: bool,
) -> None:
    plain = HEAD + months([72, 71, 73, 72, 72, 50, 49, 50])
    expected = run(capsys, "signals", "--input", table(tmp_path, plain))[1]
    quoted = [f'"{score}"' for score in scores]
    options = ("--scale", scale) if scale else ()

    status, out, err = run(
        capsys, "signals", "--input", table(tmp_path, HEAD + months(quoted)), *options
    )

    if same:
        assert (status, err) == (0, "")
        signals = [line.rpartition(",")[2] for line in out.splitlines()]
        assert signals == [line.rpartition(",")[2] for line in expected.splitlines()]
        assert "down" in signals
    else:
        assert (status, out) == (2, "")
        assert "schaal" in err or "van 1 tot en met" in err


def test_help_names_the_scale(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(run(capsys, "signals", "--help")[1].split())

    assert "from 0 to 100" in out
    assert "--scale 1-10" in out


@pytest.mark.parametrize("scale", ["10-1", "1", "0-0", "een-tien"])
def test_what_is_no_scale_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, scale: str
) -> None:
    file = table(tmp_path, HEAD + months([60]))

    assert run(capsys, "signals", "--input", file, "--scale", scale)[0] == 2
