"""``action`` and ``followup estimate``."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from monitor.context import AppContext, use_context
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests.commands.conftest import run

HEAD = "unit,period,theme,n,score\n"
Rows = list[dict[str, str]]
E1 = [(50, 8), (54, 9), (99, 9), (57, 8), (60, 8), (55, 9), (58, 10)]
E5 = [(60, 8), (64, 8), (58, 8), (61, 8), (63, 8), (57, 8), (9, 8), (66, 8), (63, 8), (67, 8)]
NOISE = ("--sb2", "9", "--sw2", "400")


@pytest.fixture
def town(context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    """A store of two units that the commands use."""
    tree = Tree((Unit("stad", None, "Stad"), Unit("oost", "stad", "Oost")))
    import_tree(context.engine, tree, "test", now)
    use_context(context)
    return context


@pytest.fixture(autouse=True)
def _no_context() -> object:
    yield
    use_context(None)


def months(tmp_path: Path, cells: list[tuple[object, int]]) -> str:
    """A file with one series from January 2025."""
    lines = [f"a,2025-{m:02d},werk,{n},{score}\n" for m, (score, n) in enumerate(cells, 1)]
    file = tmp_path / "own.csv"
    file.write_text(HEAD + "".join(lines), "utf-8")
    return str(file)


def estimate(capsys: pytest.CaptureFixture[str], *options: str) -> Rows:
    """The rows of ``followup estimate``."""
    status, out, err = run(capsys, "followup", "estimate", *options)
    assert (status, err) == (0, "")
    return list(csv.DictReader(io.StringIO(out)))


def test_a_worked_example_after_a_signal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    signal = ("--signal", "2025-02", "--since", "2025-01", "--level", "62")
    file = months(tmp_path, E1)
    (row,) = estimate(capsys, "--input", file, "--start", "2025-03", *signal, *NOISE)
    assert (row["unit"], row["theme"], row["word"]) == ("a", "werk", "chance")
    assert [float(row[name]) for name in ("before", "after", "difference", "low", "high")] == (
        pytest.approx([55.0988, 57.4634, 2.3645, -9.828, 14.557], abs=6e-4)
    )
    assert [float(row[name]) for name in ("cautious", "cautious_low", "cautious_high")] == (
        pytest.approx([0.9281, -6.710, 8.566], abs=6e-4)
    )
    assert float(row["visible"]) == pytest.approx(12.192, abs=1e-3)


def test_a_worked_example_of_a_planned_action(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    options = ("--input", months(tmp_path, E5), "--start", "2025-07", "--window", "3", *NOISE)
    (row,) = estimate(capsys, *options)
    assert float(row["cautious"]) == pytest.approx(2.2171, abs=6e-4)
    assert run(capsys, "followup", "estimate", *options, "--out", str(out))[0] == 0
    assert list(csv.DictReader(out.read_text("utf-8").splitlines())) == [row]


def test_the_order_of_the_rows_makes_no_difference(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = Path(months(tmp_path, E5))
    options = ("--input", str(file), "--start", "2025-07")
    here = estimate(capsys, *options)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([lines[0], *reversed(lines[1:])]), "utf-8")
    assert estimate(capsys, *options) == here


def test_before_the_end_it_is_said_what_could_be_seen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ("--input", months(tmp_path, E5[:6]), "--start", "2025-07", *NOISE)
    (row,) = estimate(capsys, *options)
    assert (row["after"], row["difference"], row["word"]) == ("", "", "not_yet")
    assert float(row["visible"]) == pytest.approx(1.959964 * (59 / 6 + 59 / 6) ** 0.5, abs=1e-3)
    (row,) = estimate(capsys, "--input", months(tmp_path, E5[:2]), "--start", "2025-07")
    assert (row["before"], row["visible"], row["word"]) == ("", "", "not_yet")


@pytest.mark.parametrize(
    "options",
    [
        ("--start", "2025-13"),
        ("--start", "2025-07", "--signal", "2025-06"),
        ("--start", "2025-07", "--signal", "2025-07", "--since", "2025-06", "--level", "60"),
        ("--start", "2025-07", "--signal", "2025-05", "--since", "2025-06", "--level", "60"),
        ("--start", "2025-07", "--signal", "2025-06", "--since", "2025-06", "--level", "160"),
        ("--start", "2025-07", "--sb2", "0"),
        ("--start", "2025-07", "--sw2", "nan"),
        ("--start", "2025-07", "--window", "5"),
    ],
)
def test_what_cannot_be_worked_out_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    file = months(tmp_path, E5)
    status, out, err = run(capsys, "followup", "estimate", "--input", file, *options)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_an_action_is_added_listed_and_closed(
    capsys: pytest.CaptureFixture[str], town: AppContext
) -> None:
    options = ("--kind", "praktijkdialoog", "--title", "Elke maandag een kwartier")
    options = (*options, "--start", "2026-12", "--theme", "respect")
    status, out, err = run(capsys, "action", "add", "oost", *options)
    assert status == 0
    name = out.strip()
    assert len(name) == 22
    assert "Oost kijkt terug als er na december 2026" in err
    _, out, _ = run(capsys, "action", "list", "--unit", "oost")
    assert (
        out.strip() == f"{name}  Oost  2026-12  praktijkdialoog  bij onszelf  loopt  {options[3]}"
    )
    assert name not in run(capsys, "action", "list", "--unit", "stad")[1]
    assert run(capsys, "action", "close", name, "--outcome", "continues")[0] == 0
    assert "  gaat door  " in run(capsys, "action", "list")[1]
    status, out, _ = run(
        capsys, "action", "close", name, "--outcome", "done", "--note", "Het lukte."
    )
    assert (status, out) == (0, "De actie is gesloten: klaar.\n")
    assert "  klaar  " in run(capsys, "action", "list")[1]


def test_what_an_action_may_not_be_is_one_sentence(
    capsys: pytest.CaptureFixture[str], town: AppContext
) -> None:
    good = {"--kind": "x", "--title": "Iets doen", "--start": "2026-12"}
    for change in (
        {"--title": "Mevrouw Jansen bellen"},
        {"--title": "x" * 121},
        {"--start": "morgen"},
        {"--kind": "?"},
        {"--theme": "weer"},
    ):
        words = [part for pair in (good | change).items() for part in pair]
        status, out, err = run(capsys, "action", "add", "oost", *words)
        assert (status, out) == (2, "")
        assert len(err.splitlines()) == 1
    words = [part for pair in good.items() for part in pair]
    assert run(capsys, "action", "add", "west", *words)[0] == 2
    assert [run(capsys, "action", "add", "oost", *words)[0] for _ in range(2)] == [0, 0]
    status, _, err = run(capsys, "action", "add", "oost", *words)
    assert (status, err.startswith("Oost heeft al 2 open acties.")) == (2, True)
    assert run(capsys, "action", "close", "none", "--outcome", "done")[0] == 2
