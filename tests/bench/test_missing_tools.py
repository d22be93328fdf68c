"""A benchmark whose tool is missing is named and skipped; the others are measured and written."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import postgres
from tests.bench import __main__ as bench
from tests.bench import bench_load, dashboards
from tests.bench.table import Row


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which neither Chromium nor PostgreSQL is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "INSTALLED", tmp_path)
    monkeypatch.chdir(tmp_path)


def test_without_chromium_the_pages_are_skipped_and_the_rest_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = SimpleNamespace(main=lambda rows: rows.append(Row("one and one", 2, "")))
    monkeypatch.setitem(sys.modules, "tests.bench.bench_signals", quick)

    bench.main(["pages", "signals"])

    written = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    (pages,), (signals,) = written["pages"], written["signals"]
    assert pages["value"] is None
    assert pages["aim"] == "skipped: Chromium is not installed on this machine"
    assert signals["value"] == 2
    table = capsys.readouterr().out
    assert "skipped: Chromium is not installed on this machine" in table
    assert "one and one" in table


def test_what_was_measured_before_a_failure_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_rows: list[Row]) -> None:
        raise RuntimeError

    monkeypatch.setitem(sys.modules, "tests.bench.bench_signals", SimpleNamespace(main=fail))
    with pytest.raises(RuntimeError):
        bench.main(["pages", "signals"])

    assert json.loads((tmp_path / "bench.json").read_text("utf-8")).keys() == {"pages"}


def test_without_postgresql_the_load_on_sqlite_and_the_dashboards_are_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measure(_folder: Path, rows: list[Row]) -> None:
        rows.append(Row("dashboards", 1, "ms"))

    monkeypatch.setattr(bench_load, "_floor", tuple)
    monkeypatch.setattr(bench_load, "_submissions", lambda _folder, _chosen: ())
    monkeypatch.setattr(dashboards, "measure", measure)
    rows: list[Row] = []

    bench_load.main(rows)

    assert [row.what for row in rows if row.value is None] == ["PostgreSQL"]
    assert rows[-1].what == "dashboards"
